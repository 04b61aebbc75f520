import TensorCore

extension Tensor {
  /// `[rows, a]`, `[rows, b]`, … to `[rows, a + b + …]`.
  static func joiningColumns(_ parts: [Tensor]) -> Tensor {
    let (rows, width) = (parts[0].rowCount, parts.reduce(0) { $0 + $1.width })
    var joined = Tensor(zeros: [rows, width])
    var first = 0
    for part in parts {
      joined.scatter(
        part,
        into: (0..<rows).lazy.map { [first] in $0 * width + first..<$0 * width + first + part.width })
      first += part.width
    }
    return joined
  }
}

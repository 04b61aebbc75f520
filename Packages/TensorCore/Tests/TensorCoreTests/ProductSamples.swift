import TensorCore

/// Numbers for tests of products: the same on every run, and sums that cancel.
struct ProductSamples {
  private var state: UInt64

  init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> Float {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Float(Int32(truncatingIfNeeded: state >> 32)) / 0x1p31
  }

  mutating func tensor(_ shape: [Int]) -> Tensor {
    Tensor((0..<shape.reduce(1, *)).map { _ in next() }, shape: shape)
  }

  mutating func identifiers(_ count: Int, below limit: Int) -> [Int32] {
    (0..<count).map { _ in Int32(abs(next()) * Float(limit)) % Int32(limit) }
  }
}

/// What a product is, in float64, and how far float32 may be from it.
enum ProductReference {
  /// Each [M, outputs] element, and the sum of the magnitudes of its terms.
  static func product(_ rows: Tensor, _ weight: Tensor) -> (values: [Double], magnitudes: [Double]) {
    let (x, w, inner) = (rows.floats, weight.floats, rows.shape[1])
    var values: [Double] = []
    var magnitudes: [Double] = []
    for m in 0..<rows.shape[0] {
      for n in 0..<weight.shape[0] {
        var sum = 0.0
        var magnitude = 0.0
        for k in 0..<inner {
          let term = Double(x[m * inner + k]) * Double(w[n * inner + k])
          sum += term
          magnitude += abs(term)
        }
        values.append(sum)
        magnitudes.append(magnitude)
      }
    }
    return (values, magnitudes)
  }

  /// A chain of `inner` fused multiply-adds rounds `inner` times, each within 2⁻²⁴ of at most the
  /// sum of magnitudes.
  static func bound(inner: Int, magnitude: Double) -> Double { Double(inner) * 0x1p-24 * magnitude * 1.0001 }
}

extension Tensor {
  var bits: [UInt32] { floats.map(\.bitPattern) }

  var transposed: Tensor {
    let (rows, columns, elements) = (shape[0], shape[1], floats)
    return Tensor(
      (0..<columns).flatMap { c in (0..<rows).map { r in elements[r * columns + c] } },
      shape: [columns, rows])
  }
}

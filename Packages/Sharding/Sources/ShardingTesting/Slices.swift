public import Sharding
public import TensorCore

extension Tensor {
  /// Elements 0, 1, 2, … in row-major order, so that an element shows where it came from.
  public init(numbered shape: [Int]) {
    self.init((0..<shape.reduce(1, *)).map(Float.init), shape: shape)
  }
}

extension TensorSlice {
  /// How many of `slices` hold each element of the tensor that they cut, in row-major order.
  ///
  /// Decides element by element, by ``TensorSlice/contains(_:)``: the slow definition that ``TensorSlice/runs`` and
  /// ``TensorSlice/boxes`` are tested against. Slices tile a tensor if every number is 1.
  public static func coverage(of slices: [TensorSlice]) -> [Int] {
    guard let shape = slices.first?.whole else { return [] }
    return (0..<shape.reduce(1, *)).map { number in
      slices.count { $0.contains(index(number, in: shape)) }
    }
  }

  /// The index, one number an axis, of a row-major element number.
  public static func index(_ number: Int, in shape: [Int]) -> [Int] {
    var rest = number
    return shape.reversed().map { length in
      defer { rest /= length }
      return rest % length
    }.reversed()
  }
}

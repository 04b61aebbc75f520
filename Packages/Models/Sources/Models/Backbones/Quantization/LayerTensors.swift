import Basics
import TensorCore
import Weights

/// The tensors of a quantised layer by their names within it.
struct LayerTensors: Sendable {
  let weights: any WeightsFile
  /// The layer's name with a point behind it.
  let prefix: String

  func name(_ part: String) -> String { prefix + part }
  func has(_ part: String) -> Bool { weights.shape(of: name(part)) != nil }
  func type(_ part: String) -> String? { weights.elementType(of: name(part)) }
  func tensor(_ part: String) throws(WeightsError) -> Tensor { try weights.tensor(named: name(part)) }

  func failure(_ part: String, _ violation: Violation) -> WeightsError {
    WeightsError(.violation(violation), path: weights.file(of: name(part)), at: .tensor(name(part)))
  }

  func missing(_ part: String) -> WeightsError {
    WeightsError(
      .violation(.missing("tensor '\(name(part))'", purpose: "which belongs to a quantised weight")),
      path: weights.path)
  }

  private func shape(_ part: String) throws(WeightsError) -> [Int] {
    guard let shape = weights.shape(of: name(part)) else { throw missing(part) }
    return shape
  }

  /// The shape of a matrix.
  func matrix(_ part: String) throws(WeightsError) -> [Int] {
    let shape = try shape(part)
    guard shape.count == 2, shape.allSatisfy({ $0 < 1 << 31 }) else {
      throw failure(part, .value("shape", expected: "two axes", found: "\(shape)"))
    }
    return shape
  }

  func expect(_ part: String, type expected: String) throws(WeightsError) {
    _ = try shape(part)
    guard type(part) == expected else {
      throw failure(part, .value("elements", expected: expected, found: type(part)))
    }
  }

  /// Compares a shape with that of a scheme, and the elements with a type, or with those of floating point.
  func expect(_ part: String, _ expected: [Int], type: String? = nil, by scheme: QuantizationScheme)
    throws(WeightsError)
  {
    let found = try shape(part)
    guard found == expected else {
      throw failure(
        part, .value("shape", expected: "\(expected) by \(scheme.title)", found: "\(found)"))
    }
    if let type { try expect(part, type: type) } else { try expectFloats(part) }
  }

  private func expectFloats(_ part: String) throws(WeightsError) {
    guard ["F16", "BF16", "F32"].contains(type(part)) else {
      throw failure(part, .value("elements", expected: "F16, BF16 or F32", found: type(part)))
    }
  }

  /// A tensor that has one number for all, for each row or for each place of a shape.
  func expectSpread(_ part: String, over shape: [Int], by scheme: QuantizationScheme) throws(WeightsError) {
    let found = try self.shape(part)
    guard Self.spreads(found, over: shape) else {
      throw failure(part, .value("shape", expected: "\(shape) by \(scheme.title)", found: "\(found)"))
    }
    if type(part) != "I8" { try expectFloats(part) }
  }

  private static func spreads(_ found: [Int], over shape: [Int]) -> Bool {
    found == shape || shape[1] == 1 && [[], [1], [1, 1], [shape[0]]].contains(found)
  }

  /// Such a tensor spread over the shape: numbers as float32, bytes as they are.
  func spread(_ part: String, over shape: [Int]) throws(WeightsError) -> Tensor {
    let tensor = try tensor(part)
    let own = tensor.elementType.isFloatingPoint ? tensor.converted(to: .float32) : tensor
    guard own.count != shape[0] * shape[1] else { return own.reshaped(shape) }
    let row = own.reshaped([1, 1])
    var result = Tensor(zeros: shape, elementType: own.elementType)
    for place in 0..<shape[0] { result.scatter(row, into: [place..<place + 1]) }
    return result
  }

  /// A matrix of numbers with its axes exchanged, as float32.
  func transposed(_ part: String) throws(WeightsError) -> Tensor {
    let tensor = try tensor(part)
    let (rows, columns, numbers) = (tensor.shape[0], tensor.shape[1], tensor.floats)
    return Tensor(shape: [columns, rows]) { span in
      for row in 0..<rows {
        for column in 0..<columns { span[column * rows + row] = numbers[row * columns + column] }
      }
    }
  }

  /// The shape that a tensor of two numbers states, of a matrix whose rows are packed.
  func statedShape(_ part: String, packed: [Int], bits: Int) throws(WeightsError) -> [Int] {
    try expect(part, type: "I64")
    let tensor = try tensor(part)
    guard tensor.count == 2 else {
      throw failure(part, .value("shape", expected: "[2]", found: "\(tensor.shape)"))
    }
    let stated = tensor.withBytes { bytes in
      (0..<2).map { bytes.unsafeLoadUnaligned(fromByteOffset: 8 * $0, as: Int.self) }
    }
    guard stated[0] == packed[0], stated[1] >= 0, stated[1] < 1 << 40,
      (stated[1] * bits + 31) / 32 == packed[1]
    else {
      throw failure(
        part,
        .value("shape", expected: "that of \(packed) words of \(bits) bits a number", found: "\(stated)"))
    }
    return stated
  }
}

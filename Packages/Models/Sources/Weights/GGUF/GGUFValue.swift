internal import TensorCore

/// A value of a GGUF file's metadata.
public enum GGUFValue: Sendable, CustomStringConvertible {
  case integer(Int)
  case number(Double)
  case bool(Bool)
  case text(String)
  case array(GGUFArray)

  /// As a sentence shows it.
  public var description: String {
    switch self {
    case .integer(let integer): "\(integer)"
    case .number(let number): "\(number)"
    case .bool(let bool): "\(bool)"
    case .text(let text): "'\(text.prefix(40))'"
    case .array(let array): "a list of \(array.count)"
    }
  }

  public var integer: Int? { if case .integer(let integer) = self { integer } else { nil } }
  public var text: String? { if case .text(let text) = self { text } else { nil } }
  public var bool: Bool? { if case .bool(let bool) = self { bool } else { nil } }
  public var array: GGUFArray? { if case .array(let array) = self { array } else { nil } }
  public var number: Double? {
    switch self {
    case .integer(let integer): Double(integer)
    case .number(let number): number
    default: nil
    }
  }
}

/// A list in a GGUF file's metadata, such as a vocabulary; decoded when it is asked for.
public struct GGUFArray: Sendable {
  public let count: Int
  let kind: GGUFKind
  /// Where the first element lies. All of them are known to lie in the file.
  let offset: Int
  let file: MappedFile

  /// The texts of an array of texts.
  ///
  /// - Returns: `nil` if the elements are no texts.
  /// - Throws: ``WeightsError`` if one is not UTF-8.
  public func texts() throws(WeightsError) -> [String]? {
    guard kind == .text else { return nil }
    var cursor = GGUFCursor(file, offset: offset)
    var texts: [String] = []
    texts.reserveCapacity(count)
    for _ in 0..<count { texts.append(try cursor.text()) }
    return texts
  }

  /// The numbers of an array of numbers or truth values (0 and 1), exact.
  ///
  /// - Returns: `nil` if the elements are texts.
  public func numbers() throws(WeightsError) -> [Double]? {
    guard kind != .text else { return nil }
    var cursor = GGUFCursor(file, offset: offset)
    var numbers: [Double] = []
    numbers.reserveCapacity(count)
    for _ in 0..<count {
      switch try cursor.value(kind) {
      case .bool(let bool): numbers.append(bool ? 1 : 0)
      case let value: numbers.append(value.number ?? .nan)
      }
    }
    return numbers
  }

  /// The numbers of an array of whole numbers.
  ///
  /// - Returns: `nil` if an element is not whole.
  public func integers() throws(WeightsError) -> [Int]? {
    guard let numbers = try numbers() else { return nil }
    let integers = numbers.compactMap { Int(exactly: $0) }
    return integers.count == numbers.count ? integers : nil
  }
}

/// The types of metadata, by the format's numbers.
enum GGUFKind: UInt32 {
  case uint8, int8, uint16, int16, uint32, int32, float32, bool, text, array, uint64, int64, float64

  /// The fewest bytes that a value takes.
  var leastBytes: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64, .text: 8
    case .array: 12
    }
  }
}

internal import Basics
internal import TensorCore

/// Reads the head of a GGUF file, from its start on. Every count is compared with the bytes that are left before anything is kept.
struct GGUFCursor {
  /// The longest name that the format allows, in bytes.
  private static let longestName = 65_535
  private static let mostAxes = 4

  private let file: MappedFile
  private(set) var offset: Int

  init(_ file: MappedFile, offset: Int = 0) {
    self.file = file
    self.offset = offset
  }

  private var left: Int { file.byteCount - offset }

  /// A head that is not as the format has it.
  func failure(_ violation: Violation) -> WeightsError { failure(of: .violation(violation)) }

  func failure(of kind: WeightsError.Kind) -> WeightsError {
    WeightsError(kind, path: file.path, at: .byte(offset))
  }

  mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type, _ meaning: String
  ) throws(WeightsError) -> Number {
    let size = MemoryLayout<Number>.size
    guard left >= size else { throw failure(.truncated("the file, within \(meaning),")) }
    let number = file.withBytes { $0.little(type, at: offset) }
    offset += size
    return number
  }

  /// A count of things that take `leastBytes` each at least, so that the file bounds it.
  mutating func count(_ meaning: String, leastBytes: Int) throws(WeightsError) -> Int {
    let count = try number(UInt64.self, meaning)
    guard count <= left / leastBytes else {
      throw failure(
        .value(
          meaning, expected: "at most \(left / leastBytes), which the rest of the file holds",
          found: "\(count)"))
    }
    return Int(count)
  }

  mutating func text(_ meaning: String = "a text", longest: Int = .max) throws(WeightsError) -> String {
    let length = try count("the length of \(meaning)", leastBytes: 1)
    guard length <= longest else {
      throw failure(
        .value("the length of \(meaning)", expected: "at most \(longest)", found: "\(length)"))
    }
    let bytes = file.withBytes { $0.array(offset..<offset + length) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw failure(.value(meaning, expected: "UTF-8"))
    }
    offset += length
    return text
  }

  mutating func name(_ meaning: String) throws(WeightsError) -> String {
    try text(meaning, longest: Self.longestName)
  }

  mutating func kind(_ meaning: String) throws(WeightsError) -> GGUFKind {
    let code = try number(UInt32.self, meaning)
    guard let kind = GGUFKind(rawValue: code) else {
      throw failure(.value(meaning, expected: "a type from 0 to 12", found: "\(code)"))
    }
    return kind
  }

  mutating func value(_ kind: GGUFKind) throws(WeightsError) -> GGUFValue {
    switch kind {
    case .uint8: return .integer(Int(try number(UInt8.self, "a value")))
    case .int8: return .integer(Int(try number(Int8.self, "a value")))
    case .uint16: return .integer(Int(try number(UInt16.self, "a value")))
    case .int16: return .integer(Int(try number(Int16.self, "a value")))
    case .uint32: return .integer(Int(try number(UInt32.self, "a value")))
    case .int32: return .integer(Int(try number(Int32.self, "a value")))
    case .int64: return .integer(Int(try number(Int64.self, "a value")))
    case .uint64:
      let number = try number(UInt64.self, "a value")
      guard let integer = Int(exactly: number) else {
        throw failure(.value("a value", expected: "at most \(Int.max)", found: "\(number)"))
      }
      return .integer(integer)
    case .float32: return .number(Double(Float(bitPattern: try number(UInt32.self, "a value"))))
    case .float64: return .number(Double(bitPattern: try number(UInt64.self, "a value")))
    case .bool:
      let byte = try number(UInt8.self, "a value")
      guard byte <= 1 else { throw failure(.value("a truth value", expected: "0 or 1", found: "\(byte)")) }
      return .bool(byte == 1)
    case .text: return .text(try text())
    case .array: return .array(try array())
    }
  }

  private mutating func array() throws(WeightsError) -> GGUFArray {
    let kind = try kind("the type of an array")
    guard kind != .array else { throw failure(.unsupported("an array of arrays")) }
    let count = try count("the length of an array", leastBytes: kind.leastBytes)
    let array = GGUFArray(count: count, kind: kind, offset: offset, file: file)
    if kind == .text {
      for _ in 0..<count { offset += try self.count("the length of a text", leastBytes: 1) }
    } else {
      offset += count * kind.leastBytes
    }
    return array
  }

  /// Lengths, slowest axis first (the file has the fastest first).
  mutating func shape() throws(WeightsError) -> [Int] {
    let axes = try number(UInt32.self, "a number of axes")
    guard axes <= Self.mostAxes else {
      throw failure(
        .value("the axes of a tensor", expected: "at most \(Self.mostAxes)", found: "\(axes)"))
    }
    var shape: [Int] = []
    for _ in 0..<axes {
      let length = try number(UInt64.self, "a shape")
      guard let length = Int(exactly: length) else {
        throw failure(.value("the length of an axis", expected: "at most \(Int.max)", found: "\(length)"))
      }
      shape.insert(length, at: 0)
    }
    return shape
  }
}

import Basics
import Foundation

/// The bytes of an Arrow file. A read beyond their end throws.
struct ArrowBytes {
  private let data: Data

  init(_ data: Data) { self.data = data }

  var count: Int { data.count }

  /// All of them, for a codec.
  var array: [UInt8] { Array(data) }

  /// The bytes of a part, which must lie within.
  func slice(_ start: Int, _ length: Int) throws(ArrowError) -> ArrowBytes {
    guard start >= 0, length >= 0, start <= count, length <= count - start else {
      throw ArrowError.outside(length, at: start, of: count)
    }
    let first = data.startIndex + start
    return ArrowBytes(data[first..<first + length])
  }

  /// A little-endian number.
  func number<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int) throws(ArrowError) -> Number {
    let width = Number.bitWidth / 8
    guard offset >= 0, width <= count, offset <= count - width else {
      throw ArrowError.outside(width, at: offset, of: count)
    }
    var value: UInt64 = 0
    let first = data.startIndex + offset
    for index in (0..<width).reversed() { value = value << 8 | UInt64(data[first + index]) }
    return Number(truncatingIfNeeded: value)
  }

  func byte(at offset: Int) throws(ArrowError) -> UInt8 { try number(UInt8.self, at: offset) }

  func text(_ start: Int, _ length: Int) throws(ArrowError) -> String {
    guard let text = String(validating: try slice(start, length).data, as: UTF8.self) else {
      throw ArrowError(.value("a text", expected: "UTF-8"))
    }
    return text
  }
}

/// A table of a flat buffer: fields by their number, each where the table's own index says, or absent.
///
/// - Source: *FlatBuffer Internals*.
struct FlatTable {
  let bytes: ArrowBytes
  private let position: Int
  private let index: Int
  private let indexSize: Int

  /// The root of a buffer.
  init(root bytes: ArrowBytes) throws(ArrowError) {
    try self.init(bytes, at: Int(bytes.number(UInt32.self, at: 0)))
  }

  init(_ bytes: ArrowBytes, at position: Int) throws(ArrowError) {
    self.bytes = bytes
    self.position = position
    index = position - Int(try bytes.number(Int32.self, at: position))
    indexSize = Int(try bytes.number(UInt16.self, at: index))
  }

  /// Where a field's value is; `nil` where the table has none.
  private func place(_ field: Int) throws(ArrowError) -> Int? {
    let entry = 4 + 2 * field
    guard entry + 2 <= indexSize else { return nil }
    let offset = Int(try bytes.number(UInt16.self, at: index + entry))
    return offset == 0 ? nil : position + offset
  }

  func number<Number: FixedWidthInteger>(_ field: Int, or absent: Number) throws(ArrowError) -> Number {
    guard let place = try place(field) else { return absent }
    return try bytes.number(Number.self, at: place)
  }

  func has(_ field: Int) throws(ArrowError) -> Bool { try place(field) != nil }

  func table(_ field: Int) throws(ArrowError) -> FlatTable? {
    guard let place = try place(field) else { return nil }
    return try FlatTable(bytes, at: place + Int(bytes.number(UInt32.self, at: place)))
  }

  func text(_ field: Int) throws(ArrowError) -> String? {
    guard let (start, count) = try vector(field, width: 1) else { return nil }
    return try bytes.text(start, count)
  }

  func tables(_ field: Int) throws(ArrowError) -> [FlatTable] {
    guard let (start, count) = try vector(field, width: 4) else { return [] }
    return try ArrowError.map(0..<count) { element throws(ArrowError) in
      let place = start + 4 * element
      return try FlatTable(bytes, at: place + Int(bytes.number(UInt32.self, at: place)))
    }
  }

  /// A vector of pairs of 64-bit numbers, as Arrow's nodes and buffers are.
  func pairs(_ field: Int) throws(ArrowError) -> [(Int, Int)] {
    guard let (start, count) = try vector(field, width: 16) else { return [] }
    return try ArrowError.map(0..<count) { element throws(ArrowError) in
      let place = start + 16 * element
      return (
        Int(try bytes.number(Int64.self, at: place)), Int(try bytes.number(Int64.self, at: place + 8))
      )
    }
  }

  /// Where the elements of a vector begin.
  func places(_ field: Int, width: Int) throws(ArrowError) -> [Int] {
    guard let (start, count) = try vector(field, width: width) else { return [] }
    return (0..<count).map { start + width * $0 }
  }

  /// A vector of 64-bit numbers.
  func numbers(_ field: Int) throws(ArrowError) -> [Int] {
    try ArrowError.map(places(field, width: 8)) { place throws(ArrowError) in
      Int(try bytes.number(Int64.self, at: place))
    }
  }

  /// Where the elements of a vector begin and how many there are; the buffer holds them all.
  private func vector(_ field: Int, width: Int) throws(ArrowError) -> (start: Int, count: Int)? {
    guard let place = try place(field) else { return nil }
    let start = place + Int(try bytes.number(UInt32.self, at: place))
    let count = Int(try bytes.number(UInt32.self, at: start))
    _ = try bytes.slice(start + 4, count * width)
    return (start + 4, count)
  }
}

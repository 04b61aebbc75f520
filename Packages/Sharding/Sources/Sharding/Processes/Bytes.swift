/// Numbers and strings behind each other, little-endian.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func write(_ number: Int) {
    let bits = UInt64(bitPattern: Int64(number))
    for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: bits >> (8 * UInt64(byte)))) }
  }

  mutating func write(_ numbers: [Int]) {
    write(numbers.count)
    for number in numbers { write(number) }
  }

  mutating func write(_ string: String) {
    let text = Array(string.utf8)
    write(text.count)
    bytes += text
  }
}

/// Reads what a ``ByteWriter`` wrote; `nil` where the bytes end too soon.
struct ByteReader {
  private let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private var rest: Int { bytes.count - position }

  mutating func number() -> Int? {
    guard rest >= 8 else { return nil }
    let bits = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[position + $1]) << (8 * UInt64($1)) }
    position += 8
    return Int(Int64(bitPattern: bits))
  }

  mutating func numbers() -> [Int]? {
    guard let count = number(), count >= 0, count <= rest / 8 else { return nil }
    return (0..<count).compactMap { _ in number() }
  }

  mutating func string() -> String? {
    guard let count = number(), count >= 0, count <= rest else { return nil }
    defer { position += count }
    return String(validating: bytes[position..<position + count], as: UTF8.self)
  }
}

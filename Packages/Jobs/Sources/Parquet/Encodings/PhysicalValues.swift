internal import Basics

/// Byte arrays that lie in common storage.
struct ByteArrays {
  var bytes: [UInt8]
  var ranges: [Range<Int>]
}

/// Values of a page as they are stored.
enum PhysicalValues {
  case booleans([Bool])
  /// 32 bits are extended by their sign.
  case integers([Int64])
  case floats([Double])
  case bytes(ByteArrays)

  var count: Int {
    switch self {
    case .booleans(let values): values.count
    case .integers(let values): values.count
    case .floats(let values): values.count
    case .bytes(let arrays): arrays.ranges.count
    }
  }
}

/// Reads the values of a page of one column.
struct ValueReader {
  let type: PhysicalType
  /// Bytes of a value of fixed size; 0 for byte arrays.
  let width: Int
  let budget: ParquetBudget

  init(_ type: PhysicalType, length: Int, _ budget: ParquetBudget) throws(ParquetError) {
    self.type = type
    self.budget = budget
    switch type {
    case .boolean: width = 0
    case .int32, .float: width = 4
    case .int64, .double: width = 8
    case .int96: width = 12
    case .byteArray: width = 0
    case .fixed:
      guard length > 0, length <= 1 << 20 else {
        throw .violation(.value("size of its values", expected: "at least 1 byte", found: "\(length)"))
      }
      width = length
    }
  }

  /// - Parameter count: How many values there are.
  func read(_ cursor: inout ByteCursor, encoding: Int, count: Int) throws(ParquetError) -> PhysicalValues {
    let values: PhysicalValues
    switch (encoding, type) {
    case (0, .boolean):
      values = .booleans(try bits(&cursor, count))
    case (0, .byteArray): values = .bytes(try plainByteArrays(&cursor, count))
    case (0, _): values = try fixed(&cursor, count)
    case (3, .boolean):
      _ = try cursor.number(width: 4)
      let bits: [UInt8] = try HybridRuns.read(&cursor, width: 1, count: count)
      values = .booleans(bits.map { $0 == 1 })
    case (5, .int32):
      // Differences wrap around within 32 bits.
      values = .integers(
        try Delta.integers(&cursor, most: count).map { Int64(Int32(truncatingIfNeeded: $0)) })
    case (5, .int64): values = .integers(try Delta.integers(&cursor, most: count))
    case (6, .byteArray):
      values = .bytes(ByteArrays(bytes: cursor.bytes, ranges: try Delta.byteArrays(&cursor, most: count)))
    case (7, .byteArray), (7, .fixed):
      values = .bytes(try checked(Delta.prefixedByteArrays(&cursor, most: count, budget)))
    case (9, _) where width > 0:
      var joined = ByteCursor(try joinedStreams(&cursor, count))
      values = try fixed(&joined, count)
    default:
      throw .violation(.unsupported("encoding \(encoding) for physical type \(type.rawValue)"))
    }
    guard values.count == count else {
      throw .violation(.value("values of a page", expected: "\(count)", found: "\(values.count)"))
    }
    return values
  }

  private func checked(_ arrays: ByteArrays) throws(ParquetError) -> ByteArrays {
    if type == .fixed, let wrong = arrays.ranges.first(where: { $0.count != width }) {
      throw .violation(.value("bytes of a value", expected: "\(width)", found: "\(wrong.count)"))
    }
    return arrays
  }

  private func bits(_ cursor: inout ByteCursor, _ count: Int) throws(ParquetError) -> [Bool] {
    let range = try cursor.range((count + 7) / 8)
    return (0..<count).map { cursor.bytes[range.lowerBound + $0 / 8] >> UInt8($0 % 8) & 1 == 1 }
  }

  /// Each behind its length.
  private func plainByteArrays(_ cursor: inout ByteCursor, _ count: Int) throws(ParquetError) -> ByteArrays {
    guard count <= cursor.remaining / 4 else { throw .truncated("a page") }
    var ranges: [Range<Int>] = []
    ranges.reserveCapacity(count)
    for _ in 0..<count {
      let length = try cursor.number(width: 4)
      ranges.append(try cursor.range(Int(length)))
    }
    return ByteArrays(bytes: cursor.bytes, ranges: ranges)
  }

  private func fixed(_ cursor: inout ByteCursor, _ count: Int) throws(ParquetError) -> PhysicalValues {
    guard count <= cursor.remaining / width else { throw .truncated("a page") }
    let start = try cursor.range(count * width).lowerBound
    let (bytes, width) = (cursor.bytes, width)
    func raw(_ index: Int) -> UInt64 { bytes.littleEndian(at: start + index * width, width: width) }
    switch type {
    case .int32:
      return .integers((0..<count).map { Int64(Int32(truncatingIfNeeded: raw($0))) })
    case .int64: return .integers((0..<count).map { Int64(bitPattern: raw($0)) })
    case .float:
      return .floats((0..<count).map { Double(Float(bitPattern: UInt32(truncatingIfNeeded: raw($0)))) })
    case .double: return .floats((0..<count).map { Double(bitPattern: raw($0)) })
    default:
      let ranges = (0..<count).map { start + $0 * width..<start + ($0 + 1) * width }
      return .bytes(ByteArrays(bytes: bytes, ranges: ranges))
    }
  }

  /// The bytes of values whose first bytes stand together, then their second ones.
  private func joinedStreams(_ cursor: inout ByteCursor, _ count: Int) throws(ParquetError) -> [UInt8] {
    guard count <= cursor.remaining / width else { throw .truncated("a page") }
    let start = try cursor.range(count * width).lowerBound
    var joined = [UInt8](repeating: 0, count: count * width)
    for byte in 0..<width {
      for index in 0..<count { joined[index * width + byte] = cursor.bytes[start + byte * count + index] }
    }
    return joined
  }
}

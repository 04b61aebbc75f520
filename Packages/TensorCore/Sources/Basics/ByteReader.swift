/// Reads what a ``ByteWriter`` wrote.
public struct ByteReader: Sendable {
  private var rest: ArraySlice<UInt8>
  private let byteCount: Int

  public init(_ bytes: some Sequence<UInt8>) {
    rest = Array(bytes)[...]
    byteCount = rest.count
  }

  /// How many bytes are left.
  public var remaining: Int { rest.count }
  /// How many bytes are read.
  public var position: Int { byteCount - rest.count }

  /// - Throws: ``ByteError`` where the bytes end too soon; and so below.
  public mutating func number<Number: FixedWidthInteger>() throws(ByteError) -> Number {
    let size = Number.bitWidth / 8
    return try bytes(size).reversed().reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
  }

  public mutating func bytes(_ count: Int) throws(ByteError) -> ArraySlice<UInt8> {
    guard (0...rest.count).contains(count) else { throw ByteError() }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  /// A number of things, each of `size` bytes at least: never negative, never more than there can be.
  public mutating func count(ofSize size: Int = 0) throws(ByteError) -> Int {
    let count = Int(try number() as Int64)
    guard count >= 0, size == 0 || count <= rest.count / size else { throw ByteError() }
    return count
  }

  /// What `append(list:)` wrote.
  public mutating func list<Number: FixedWidthInteger>() throws(ByteError) -> [Number] {
    var numbers: [Number] = []
    for _ in 0..<(try count(ofSize: Number.bitWidth / 8)) { numbers.append(try number()) }
    return numbers
  }

  /// What `append(text:)` wrote.
  public mutating func text() throws(ByteError) -> String {
    let lengths: [Int64] = try list()
    guard lengths.count == 1, let length = Int(exactly: lengths[0]),
      let text = String(validating: try bytes(length), as: UTF8.self)
    else { throw ByteError() }
    return text
  }
}

/// Bytes that are not of the expected form.
public struct ByteError: ReportableError, Equatable {
  public init() {}
  public var fault: Fault { .internalError }
  public var description: String {
    "received bytes that this version cannot read; do all ranks run the same program?"
  }
}

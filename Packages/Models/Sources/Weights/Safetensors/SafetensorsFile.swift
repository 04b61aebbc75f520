public import TensorCore

/// One safetensors file: a JSON header, then the elements, which stay where they are.
///
/// - Source: Hugging Face, *safetensors*, README, "Format".
public struct SafetensorsFile: WeightsFile {
  /// The longest header that the format allows, in bytes.
  static let longestHeader = 100_000_000

  public let path: String
  public let names: [String]
  public let metadata: [String: String]
  private let file: MappedFile
  private let entries: [String: SafetensorsHeader.Entry]
  private let dataStart: Int

  /// - Throws: ``WeightsError`` if the header is none, promises what the file does not hold, or lets tensors overlap.
  public init(path: String) throws(WeightsError) {
    let file = try MappedFile(weights: path)
    let (header, dataStart) = try file.safetensorsHeader()
    try header.check(against: file.byteCount - dataStart, path)
    self.path = path
    self.file = file
    self.dataStart = dataStart
    names = header.entries.map(\.name)
    metadata = header.metadata
    entries = Dictionary(header.entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  public func shape(of name: String) -> [Int]? { entries[name]?.shape }
  public func elementType(of name: String) -> String? { entries[name]?.type }

  public func tensor(named name: String) throws(WeightsError) -> Tensor {
    guard let entry = entries[name] else { throw unknown(name) }
    guard let type = SafetensorsType(entry.type)?.elementType else {
      throw WeightsError(
        .elementType(found: entry.type, isKnown: true), path: path, at: .tensor(name))
    }
    do {
      return try Tensor(
        shape: entry.shape, elementType: type, file: file, offset: dataStart + entry.range.lowerBound)
    } catch {
      throw WeightsError(.shape(error.kind), path: path, at: .tensor(name))
    }
  }
}

extension MappedFile {
  /// Maps weights.
  convenience init(weights path: String) throws(WeightsError) {
    do {
      try self.init(path: path)
    } catch {
      throw WeightsError(.unmapped(reason: error.reason), path: path)
    }
  }

  /// The header, and where the elements begin.
  fileprivate func safetensorsHeader() throws(WeightsError) -> (SafetensorsHeader, dataStart: Int) {
    guard byteCount >= 8 else {
      throw WeightsError(
        .size(
          expected: 8, found: byteCount,
          reason: "a safetensors file begins with 8 bytes of length, this one has \(byteCount)"), path: path)
    }
    let length = withBytes { $0.little(UInt64.self, at: 0) }
    guard length <= SafetensorsFile.longestHeader else {
      throw WeightsError(
        .damaged(
          reason: "the header claims \(length) bytes, the format allows \(SafetensorsFile.longestHeader)"),
        path: path)
    }
    let dataStart = 8 + Int(length)
    guard dataStart <= byteCount else {
      throw WeightsError(
        .size(
          expected: Int(length), found: byteCount - 8,
          reason: "the header claims \(length) bytes, the file has \(byteCount - 8) behind its length"),
        path: path)
    }
    return (try SafetensorsHeader(withBytes { $0.array(8..<dataStart) }, path: path), dataStart)
  }
}

extension SafetensorsHeader {
  /// Compares every promise with the `byteCount` bytes that follow the header.
  fileprivate func check(against byteCount: Int, _ path: String) throws(WeightsError) {
    for entry in entries {
      func failure(_ kind: WeightsError.Kind) -> WeightsError {
        WeightsError(kind, path: path, at: .tensor(entry.name))
      }
      guard let type = SafetensorsType(entry.type) else {
        throw failure(.elementType(found: entry.type, isKnown: false))
      }
      let bytes: Int
      do {
        bytes = try ElementType.uint8.byteCount(of: entry.shape + [type.byteCount], in: path)
      } catch {
        throw failure(.shape(error.kind))
      }
      guard entry.range.upperBound <= byteCount else {
        throw failure(
          .size(
            expected: entry.range.upperBound, found: byteCount,
            reason: "bytes \(entry.range) lie past the end, \(byteCount) follow the header"))
      }
      guard bytes == entry.range.count else {
        throw failure(
          .size(
            expected: bytes, found: entry.range.count,
            reason:
              "shape \(entry.shape) of \(entry.type) needs \(bytes) bytes, data_offsets hold \(entry.range.count)"
          ))
      }
    }
    if let (first, second) = entries.map(\.range).overlap() {
      let names = entries.filter { $0.range == first || $0.range == second }.map(\.name)
      throw WeightsError(.overlap(Array(names.prefix(2))), path: path)
    }
    let total = entries.reduce(0) { $0 + $1.range.count }
    guard total == byteCount else {
      throw WeightsError(
        .size(
          expected: total, found: byteCount,
          reason: "\(byteCount) bytes follow the header, its tensors hold \(total)"), path: path)
    }
  }
}

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
        path, "tensor '\(name)' has elements of type '\(entry.type)', which is not supported")
    }
    do {
      return try Tensor(
        shape: entry.shape, elementType: type, file: file, offset: dataStart + entry.range.lowerBound)
    } catch {
      throw WeightsError(path, "tensor '\(name)': \(error.reason)")
    }
  }
}

extension MappedFile {
  /// Maps weights.
  convenience init(weights path: String) throws(WeightsError) {
    do {
      try self.init(path: path)
    } catch {
      throw WeightsError(path, "cannot be mapped: \(error.reason)")
    }
  }

  /// The header, and where the elements begin.
  fileprivate func safetensorsHeader() throws(WeightsError) -> (SafetensorsHeader, dataStart: Int) {
    guard byteCount >= 8 else {
      throw WeightsError(path, "a safetensors file begins with 8 bytes of length, this one has \(byteCount)")
    }
    let length = withBytes { $0.little(UInt64.self, at: 0) }
    guard length <= SafetensorsFile.longestHeader else {
      throw WeightsError(
        path, "the header claims \(length) bytes, the format allows \(SafetensorsFile.longestHeader)")
    }
    let dataStart = 8 + Int(length)
    guard dataStart <= byteCount else {
      throw WeightsError(
        path, "the header claims \(length) bytes, the file has \(byteCount - 8) behind its length")
    }
    return (try SafetensorsHeader(withBytes { $0.array(8..<dataStart) }, path: path), dataStart)
  }
}

extension SafetensorsHeader {
  /// Compares every promise with the `byteCount` bytes that follow the header.
  fileprivate func check(against byteCount: Int, _ path: String) throws(WeightsError) {
    for entry in entries {
      func failure(_ reason: String) -> WeightsError {
        WeightsError(path, "tensor '\(entry.name)': \(reason)")
      }
      guard let type = SafetensorsType(entry.type) else { throw failure("unknown dtype '\(entry.type)'") }
      let bytes: Int
      do {
        bytes = try ElementType.uint8.byteCount(of: entry.shape + [type.byteCount], in: path)
      } catch {
        throw failure(error.reason)
      }
      guard entry.range.upperBound <= byteCount else {
        throw failure("bytes \(entry.range) lie past the end, \(byteCount) follow the header")
      }
      guard bytes == entry.range.count else {
        throw failure(
          "shape \(entry.shape) of \(entry.type) needs \(bytes) bytes, data_offsets hold \(entry.range.count)"
        )
      }
    }
    if let (first, second) = entries.map(\.range).overlap() {
      let names = entries.filter { $0.range == first || $0.range == second }.map { "'\($0.name)'" }
      throw WeightsError(path, "tensors \(names.prefix(2).joined(separator: " and ")) overlap")
    }
    let total = entries.reduce(0) { $0 + $1.range.count }
    guard total == byteCount else {
      throw WeightsError(path, "\(byteCount) bytes follow the header, its tensors hold \(total)")
    }
  }
}

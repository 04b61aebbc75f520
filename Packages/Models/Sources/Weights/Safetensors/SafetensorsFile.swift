internal import Basics
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
        .size(of: "length of the header", expected: 8, found: byteCount), path: path)
    }
    let length = withBytes { $0.little(UInt64.self, at: 0) }
    guard length <= SafetensorsFile.longestHeader else {
      throw WeightsError(
        .violation(
          .value(
            "length of the header", expected: "at most \(SafetensorsFile.longestHeader)", found: "\(length)")),
        path: path)
    }
    let dataStart = 8 + Int(length)
    guard dataStart <= byteCount else {
      throw WeightsError(
        .size(of: "header", expected: Int(length), found: byteCount - 8), path: path)
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
          .size(of: "what follows the header", expected: entry.range.upperBound, found: byteCount))
      }
      guard bytes == entry.range.count else {
        throw failure(
          .size(
            of: "data_offsets of shape \(entry.shape) of \(entry.type)", expected: bytes,
            found: entry.range.count))
      }
    }
    if let (first, second) = entries.map(\.range).overlap() {
      let names = entries.filter { $0.range == first || $0.range == second }.map(\.name)
      throw WeightsError(.overlap(Array(names.prefix(2))), path: path)
    }
    let total = entries.reduce(0) { $0 + $1.range.count }
    guard total == byteCount else {
      throw WeightsError(
        .size(of: "all tensors, behind the header", expected: total, found: byteCount), path: path)
    }
  }
}

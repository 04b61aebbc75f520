public import TensorCore

/// A GGUF model, version 2 or 3: metadata, then tensors, plain or in quantised blocks; one file, or parts that
/// `llama-gguf-split` cut it into.
///
/// - Source: Gerganov and contributors, *ggml*, `docs/gguf.md`.
public struct GGUFFile: WeightsFile {
  /// The file, or its first part.
  public let path: String
  public let files: [String]
  public let names: [String]
  /// All metadata: hyper-parameters, vocabulary, chat template. The first part has those of the whole.
  public let values: [String: GGUFValue]
  private let entries: [String: GGUFPart.Entry]

  /// - Parameter path: The file, or any part; the others lie beside it.
  /// - Throws: ``WeightsError`` if a file is none or its head promises what it does not hold; if a part is missing, or
  ///   belongs to another model.
  public init(path: String) throws(WeightsError) {
    let named = try GGUFPart(path: path)
    let parts = try named.withItsSiblings()
    var entries: [String: GGUFPart.Entry] = [:]
    for part in parts {
      for (name, entry) in part.entries {
        guard entries.updateValue(entry, forKey: name) == nil else {
          throw WeightsError(.inTwoParts(tensor: name), path: part.path)
        }
      }
    }
    self.path = parts[0].path
    self.entries = entries
    files = parts.map(\.path)
    names = parts.flatMap(\.names)
    values = parts[0].values
  }

  public var selfDescribed: GGUFFile? { self }

  public var metadata: [String: String] {
    values.compactMapValues { value in
      switch value {
      case .integer(let integer): "\(integer)"
      case .number(let number): "\(number)"
      case .bool(let bool): "\(bool)"
      case .text(let text): text
      case .array: nil
      }
    }
  }

  public func file(of name: String) -> String { entries[name]?.file.path ?? path }
  public func shape(of name: String) -> [Int]? { entries[name]?.shape }
  public func elementType(of name: String) -> String? { entries[name]?.type.name }

  public func tensor(named name: String) throws(WeightsError) -> Tensor {
    guard let entry = entries[name] else { throw unknown(name) }
    return try tensor(entry, named: name)
  }

  public func storage(of name: String) -> QuantizedStorage? {
    guard let entry = entries[name], case .blocks(let format) = entry.type else { return nil }
    guard format.isKept else { return .decoded(format.rawValue) }
    return entry.shape.count > 1 ? .blocks(format) : nil
  }

  public func blocks(named name: String) throws(WeightsError) -> BlockMatrix? {
    guard let entry = entries[name], case .blocks(let format) = entry.type, format.isKept,
      let width = entry.shape.last, entry.shape.count > 1
    else { return nil }
    do {
      // The header's sizes were multiplied when it was read.
      let rows = entry.shape.dropLast().reduce(1, *)
      return try BlockMatrix(
        format: format, shape: [rows, width], file: entry.file, offset: entry.range.lowerBound)
    } catch {
      throw WeightsError(.shape(error.kind), path: entry.file.path, at: .tensor(name))
    }
  }

  public func tensor(named name: String, rows: Range<Int>) throws(WeightsError) -> Tensor {
    guard var entry = entries[name] else { throw unknown(name) }
    guard let count = entry.shape.first, rows.lowerBound >= 0, rows.upperBound <= count else {
      preconditionFailure("rows \(rows) of tensor '\(name)' \(entry.shape)")
    }
    // The elements of one axis share blocks; a row of more is whole blocks, and all rows are equally long.
    if case .blocks = entry.type, entry.shape.count == 1 { return try tensor(entry, named: name).rows(rows) }
    let rowBytes = count > 0 ? entry.range.count / count : 0
    let start = entry.range.lowerBound
    entry.range = start + rows.lowerBound * rowBytes..<start + rows.upperBound * rowBytes
    entry.shape[0] = rows.count
    return try tensor(entry, named: name)
  }

  private func tensor(_ entry: GGUFPart.Entry, named name: String) throws(WeightsError) -> Tensor {
    do {
      switch entry.type {
      case .plain(let type):
        return try Tensor(
          shape: entry.shape, elementType: type, file: entry.file, offset: entry.range.lowerBound)
      case .blocks(let format):
        return try Tensor(
          dequantizing: format, shape: entry.shape, file: entry.file, offset: entry.range.lowerBound)
      }
    } catch {
      throw WeightsError(.shape(error.kind), path: entry.file.path, at: .tensor(name))
    }
  }
}

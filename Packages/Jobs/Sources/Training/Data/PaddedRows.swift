internal import Basics
internal import Foundation
internal import TensorCore

/// Style `padded`: rows of one length in `train.bin` and `val.bin`, padding on their left, and beside each a file with a
/// byte a token that is zero for padding; `shape.json` has the number and the length of the rows.
struct PaddedRows: RowSource {
  private struct Part: Sendable {
    let ids: TokenFile
    let mask: MappedFile
    let rows: Int
    let length: Int
  }

  private let train: Part
  private let val: Part?
  private let vocabularySize: Int
  private let blockSize: Int
  var trainingCount: Int { train.rows }
  var validationCount: Int { val?.rows ?? 0 }

  init(
    folder: String, manifest: TokenManifest, vocabularySize: Int, blockSize: Int
  ) throws(TrainingError) {
    let path = "\(folder)/shape.json"
    let shapes = try Self.shapes(folder)
    func part(_ name: String) throws(TrainingError) -> Part? {
      guard let shape = shapes[name] else { return nil }
      guard shape.count == 2, shape.allSatisfy({ (0...Int(UInt32.max)).contains($0) }) else {
        throw TrainingError(.shape(path: path, part: name, .malformed))
      }
      guard shape[0] == 0 || shape[1] > 1 else {
        throw TrainingError(.shape(path: path, part: name, .shortRows(length: shape[1])))
      }
      let (count, overflows) = shape[0].multipliedReportingOverflow(by: shape[1])
      guard !overflows else {
        throw TrainingError(.shape(path: path, part: name, .tooLarge(rows: shape[0], length: shape[1])))
      }
      let ids = try TokenFile(path: "\(folder)/\(name).bin", element: manifest.element, count: count)
      let mask: MappedFile
      do { mask = try MappedFile(path: ids.path + ".mask") } catch {
        throw TrainingError(.unmapped(path: error.path, reason: error.reason))
      }
      guard mask.byteCount == count else {
        throw TrainingError(
          .size(path: mask.path, expected: count, found: mask.byteCount, of: .mask))
      }
      return Part(ids: ids, mask: mask, rows: shape[0], length: shape[1])
    }
    guard let train = try part("train"), train.rows > 0 else {
      throw TrainingError(.noRows(folder: folder))
    }
    self.train = train
    val = try part("val")
    self.vocabularySize = vocabularySize
    self.blockSize = blockSize
  }

  private static func shapes(_ folder: String) throws(TrainingError) -> [String: [Int]] {
    let path = "\(folder)/shape.json"
    guard let data = FileManager.default.contents(atPath: path) else {
      throw TrainingError(
        .noFile("shape.json", folder: folder, purpose: "how many rows there are"))
    }
    guard let shapes = try? JSONDecoder().decode([String: [Int]].self, from: data) else {
      throw TrainingError(
        .description(path: path, .value(expected: "{\"train\": [rows, length], \"val\": …}")))
    }
    return shapes
  }

  func trainingRow(_ index: Int, epoch key: RandomKey) throws(TrainingError) -> TrainingRow {
    try row(index, of: train)
  }

  func validationRow(_ index: Int) throws(TrainingError) -> TrainingRow {
    guard let val else { throw TrainingError(.noValidation) }
    return try row(index, of: val)
  }

  /// The last columns of a row; what follows padding or is padding is not predicted.
  private func row(_ index: Int, of part: Part) throws(TrainingError) -> TrainingRow {
    let end = (index + 1) * part.length
    let taken = min(blockSize + 1, part.length)
    let ids = try part.ids.ids(end - taken..<end, vocabularySize: vocabularySize)
    let isReal = part.mask.withBytes { bytes in
      (end - taken..<end).map { bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) != 0 }
    }
    let padding = blockSize + 1 - taken
    return TrainingRow(
      ids: Array(repeating: 0, count: padding) + ids.dropLast(),
      targets: Array(repeating: -1, count: padding)
        + (1..<taken).map { isReal[$0] && isReal[$0 - 1] ? ids[$0] : -1 },
      isReal: Array(repeating: false, count: padding) + isReal.dropLast())
  }
}

public import Configurate
internal import Foundation
public import TensorCore

/// How tokens are stored.
public enum DataStyle: String, Sendable, Codable, CaseIterable, SettingValue {
  /// One stream of tokens, cut into sequences wherever a block ends.
  case pmd
  /// One document a row, padded on the left.
  case padded
}

/// The sequences of one data set, of which any can be read without the others.
public protocol RowSource: Sendable {
  /// How many sequences an epoch of training has.
  var trainingCount: Int { get }
  /// How many there are to validate with; zero without a held-out part.
  var validationCount: Int { get }

  /// - Parameters:
  ///   - key: Whatever is random about the epoch is drawn from it.
  ///   - index: Below ``trainingCount``.
  /// - Throws: ``TrainingError`` for ids that the model does not know.
  func trainingRow(_ index: Int, epoch key: RandomKey) throws(TrainingError) -> TrainingRow
  /// - Parameter index: Below ``validationCount``.
  func validationRow(_ index: Int) throws(TrainingError) -> TrainingRow
}

/// Opens the data in a folder.
///
/// - Parameters:
///   - tokenizer: Whose ids they must be.
///   - blockSize: How long sequences are.
/// - Throws: ``TrainingError`` for a folder that is missing or damaged, of another style, or of another tokenizer.
public func openRows(
  folder: String, style: DataStyle, tokenizer: String, vocabularySize: Int, blockSize: Int
) throws(TrainingError) -> any RowSource {
  let manifest = try TokenManifest(folder: folder)
  guard manifest.style == style else {
    throw TrainingError(
      .style(folder: folder, expected: manifest.style.rawValue, found: style.rawValue))
  }
  guard manifest.tokenizer == tokenizer else {
    throw TrainingError(.tokenizer(folder: folder, expected: tokenizer, found: manifest.tokenizer))
  }
  switch style {
  case .pmd:
    return try TokenStream(
      folder: folder, manifest: manifest, vocabularySize: vocabularySize, blockSize: blockSize)
  case .padded:
    return try PaddedRows(
      folder: folder, manifest: manifest, vocabularySize: vocabularySize, blockSize: blockSize)
  }
}

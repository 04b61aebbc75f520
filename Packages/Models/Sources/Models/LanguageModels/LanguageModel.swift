import Configurate
public import TensorCore

/// A decoder-only language model, as the engine sees it: hidden rows, scores of chosen targets, logits.
///
/// Rows are `[tokens, width]`, without batch or padding; the dense interface of the original system is
/// derived from these requirements in `LanguageModel+Dense.swift`.
public protocol LanguageModel: Module {
  /// This type, if it states the architecture whose files it reads.
  static var backbone: (any BackboneModel.Type)? { get }

  /// The longest sequence, in tokens.
  var blockSize: Int { get }
  var vocabularySize: Int { get }
  /// How products are computed, from the model's settings.
  var mode: ComputeMode { get }

  /// Builds the model; parameters that are missing or misshapen are collected by the reader, which names them all.
  ///
  /// - Throws: ``ModelError`` where the settings contradict each other.
  init(_ settings: Configuration, parameters: ParameterReader) throws

  /// An empty store of keys and values in the shape that this model's attention uses.
  func makeCache() -> KVCache

  /// Token and positional embeddings: ids `[tokens]` to rows `[tokens, width]`.
  ///
  /// - Precondition: Every id is in `0 ..< vocabularySize`.
  func embed(_ ids: [Int32], _ pass: ForwardPass) throws -> Tensor

  /// The blocks: rows `[tokens, width]` to the residual stream after the last block, `[tokens, width]`.
  func decode(_ rows: Tensor, _ pass: ForwardPass) throws -> Tensor

  /// The output distribution's logits, rows `[tokens, width]` to `[tokens, vocabularySize]`.
  func unembed(_ rows: Tensor, _ pass: ForwardPass) throws -> Tensor

  /// Scores chosen targets of each row without keeping logits; see ``TensorCore/PackedMatrix/score(_:targets:softcap:)``.
  func score(_ rows: Tensor, targets: TargetLists, _ pass: ForwardPass) throws -> RowScores

  /// The cross-entropy of rows `[tokens, width]` with the target of each; −1 leaves a row out.
  ///
  /// In a pass that is recorded it has gradients, if the model has parameters that can be trained.
  func crossEntropy(_ rows: Tensor, targets: [Int32], _ pass: ForwardPass) throws -> CrossEntropy
}

extension LanguageModel {
  /// Ids `[tokens]` to the residual stream `[tokens, width]`, all in one pass.
  public func rows(_ ids: [Int32], _ pass: ForwardPass) throws -> Tensor {
    try decode(embed(ids, pass), pass)
  }

  public func crossEntropy(_ rows: Tensor, targets: [Int32], _ pass: ForwardPass) throws -> CrossEntropy {
    CrossEntropy(try score(rows, targets: TargetLists(ofEach: targets), pass))
  }
}

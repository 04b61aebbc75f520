public import Sharding
public import TensorCore

/// A language model with a ``DecoderStem`` around what it computes.
///
/// A type that states its ``stem`` and how it decodes has all that ``LanguageModel`` asks for.
public protocol StemmedModel: LanguageModel {
  /// What lies around the blocks.
  var stem: DecoderStem { get }
}

/// A language model as almost all backbones are: an embedding, blocks one after the other, a norm, a head.
///
/// A type that states its ``StemmedModel/stem`` and its ``block(_:_:_:)`` has all that ``LanguageModel`` asks for.
public protocol Decoder: StemmedModel {
  /// Runs block `index`: rows `[tokens, width]` in and out.
  func block(_ index: Int, _ rows: Tensor, _ pass: ForwardPass) throws -> Tensor
}

extension StemmedModel {
  public var blockSize: Int { stem.shape.blockSize }
  public var vocabularySize: Int { stem.shape.vocabularySize }
  public var mode: ComputeMode { stem.mode }

  public static func components() -> [any Module.Type] { [] }

  /// Heads and the hidden width are cut over the shards, the vocabulary where it is asked for; the residual stream
  /// stays whole.
  ///
  /// - Source: Shoeybi et al. 2019, *Megatron-LM*, §3.
  public static var sharding: [(LogicalAxis, MeshAxis?)] { DecoderStem.sharding }

  /// Attention weights, the size of the residual stream, and the loss of each token.
  public static func plot(_ intermediates: Intermediates) -> [String: Figure] { intermediates.figures }

  public func makeCache() -> KVCache { stem.makeCache() }
  public func embed(_ ids: [Int32], _ pass: ForwardPass) throws -> Tensor { try stem.embed(ids, pass) }

  public func unembed(_ rows: Tensor, _ pass: ForwardPass) throws -> Tensor {
    try stem.vocabulary.logits(of: stem.normalized(rows), pass)
  }

  public func score(_ rows: Tensor, targets: TargetLists, _ pass: ForwardPass) throws -> RowScores {
    try stem.vocabulary.score(stem.normalized(rows), targets: targets, pass)
  }

  public func crossEntropy(_ rows: Tensor, targets: [Int32], _ pass: ForwardPass) throws -> CrossEntropy {
    try stem.vocabulary.crossEntropy(of: stem.normalized(rows), targets: targets, pass)
  }
}

extension Decoder {
  public func decode(_ rows: Tensor, _ pass: ForwardPass) throws -> Tensor {
    var rows = rows
    pass.record(embedding: rows)
    for index in 0..<stem.shape.layers {
      rows = try block(index, rows, pass)
      pass.record(rows, afterBlock: index)
    }
    return rows
  }
}

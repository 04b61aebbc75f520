public import Sharding
public import TensorCore

/// A language model as all backbones are: an embedding, blocks one after the other, a norm, a head.
public protocol Decoder: LanguageModel {
  var stem: DecoderStem { get }
  /// Runs block `index`: rows `[tokens, width]` in and out.
  func block(_ index: Int, _ rows: Tensor, _ pass: ForwardPass) throws -> Tensor
}

extension Decoder {
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

  public func decode(_ rows: Tensor, _ pass: ForwardPass) throws -> Tensor {
    var rows = rows
    pass.record(embedding: rows)
    for index in 0..<stem.shape.layers {
      rows = try block(index, rows, pass)
      pass.record(rows, afterBlock: index)
    }
    return rows
  }

  public func unembed(_ rows: Tensor, _ pass: ForwardPass) throws -> Tensor {
    try stem.vocabulary.logits(of: stem.norm(rows), pass)
  }

  public func score(_ rows: Tensor, targets: TargetLists, _ pass: ForwardPass) throws -> RowScores {
    try stem.vocabulary.score(stem.norm(rows), targets: targets, pass)
  }

  public func crossEntropy(_ rows: Tensor, targets: [Int32], _ pass: ForwardPass) throws -> CrossEntropy {
    try stem.vocabulary.crossEntropy(of: stem.norm(rows), targets: targets, pass)
  }
}

/// The sizes that every decoder has.
public struct DecoderShape: Sendable, Equatable {
  public var vocabularySize: Int
  public var width: Int
  public var layers: Int
  public var heads: Int
  /// Heads of keys and values; each serves `heads / keyHeads` query heads.
  public var keyHeads: Int
  public var headWidth: Int
  /// The hidden width of the feed-forward half.
  public var hidden: Int
  /// The longest sequence, in tokens.
  public var blockSize: Int

  /// A decoder of one layer and one element; for the defaults that settings must have.
  public init() {
    (vocabularySize, width, layers, heads, keyHeads, headWidth, hidden, blockSize) = (1, 1, 1, 1, 1, 1, 1, 1)
  }
}

/// What lies around the blocks of a decoder.
public struct DecoderStem: Sendable {
  public let shape: DecoderShape
  public let mode: ComputeMode
  let vocabulary: Vocabulary
  /// Before the head.
  let norm: Norm
  private let positions: Parameter?
  private let scale: Float
  private let keyHeads: Int

  /// How an architecture calls the parts.
  struct Names {
    var tokens = "embed_tokens"
    var positions: String?
    var norm = "norm"
    /// `nil` for a head that is the embedding.
    var head: String? = "lm_head"
  }

  /// - Parameter scale: A factor on the embedding.
  init(
    _ shape: DecoderShape, _ names: Names, norm kind: Norm.Kind, epsilon: Double, scale: Float = 1,
    mode: ComputeMode, parameters: ParameterReader
  ) {
    self.shape = shape
    self.mode = mode
    self.scale = scale
    vocabulary = Vocabulary(
      of: shape.vocabularySize, width: shape.width, table: names.tokens + "/weight",
      head: names.head.map { $0 + "/weight" }, mode: mode, parameters: parameters)
    positions = names.positions.map { name in
      parameters.parameter(
        name + "/weight", [.init(.blockSize, shape.blockSize), shape.embedAxis],
        initializer: .normal(deviation: 0.02))
    }
    norm = Norm(kind, width: shape.width, epsilon: epsilon, parameters: parameters.scoped(to: names.norm))
    keyHeads = max(1, shape.keyHeads / parameters.shards(of: .attention))
  }

  static var sharding: [(LogicalAxis, MeshAxis?)] {
    [
      (.vocab, nil), (.blockSize, nil), (.embed, nil), (.embedFF, .shard), (.embedOut, .shard),
      (.attention, .shard),
    ]
  }

  func makeCache() -> KVCache {
    KVCache(layers: shape.layers, keyHeads: keyHeads, headWidth: shape.headWidth, mode: mode)
  }

  func embed(_ ids: [Int32], _ pass: ForwardPass) throws -> Tensor {
    var rows = try vocabulary.embed(ids, pass)
    if let positions { rows.add(pass.rows(pass.positions, of: positions)) }
    rows.scale(by: scale)
    return rows
  }
}

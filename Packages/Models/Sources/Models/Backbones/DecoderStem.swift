public import Sharding
public import TensorCore

/// The sizes that every decoder has.
public struct DecoderShape: Sendable, Equatable {
  /// How many tokens there are.
  public var vocabularySize: Int
  /// Elements of a row of the residual stream.
  public var width: Int
  /// How many blocks there are.
  public var layers: Int
  /// Query heads.
  public var heads: Int
  /// Heads of keys and values; each serves `heads / keyHeads` query heads.
  public var keyHeads: Int
  /// Elements of a head.
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
  /// Embedding and head.
  public let vocabulary: Vocabulary
  /// Before the head.
  public let norm: Norm
  private let positions: Parameter?
  private let rules: Rules
  private let embeddingNorm: Norm?
  private let keyHeads: Int

  /// The paths of the parts in an architecture's files.
  public struct Names: Sendable, Equatable {
    /// The embedding's table, below it `weight` `[vocabulary, width]`.
    public var tokens: String
    /// The table of learned positions, below it `weight` `[block, width]`; `nil` without learned positions.
    public var positions: String?
    /// The norm of the embedding; `nil` without one.
    public var embeddingNorm: String?
    /// The last norm.
    public var norm: String
    /// The head, below it `weight` `[vocabulary, width]`; `nil` for a head that is the embedding.
    public var head: String?

    public init(
      tokens: String = "embed_tokens", positions: String? = nil, norm: String = "norm",
      head: String? = "lm_head"
    ) {
      self.tokens = tokens
      self.positions = positions
      self.norm = norm
      self.head = head
    }
  }

  /// What the architectures differ in.
  public struct Rules: Sendable, Equatable {
    /// A factor on the embedding, learned positions included.
    public var scale: Float = 1
    /// How many rows of the table of learned positions come before that of position 0.
    public var firstPosition = 0
    /// Whether logits have a bias, `lm_head/bias` where the head is tied.
    public var headBias = false
    /// A factor on logits.
    public var logitScale: Float = 1
    /// Logits become softcap · tanh(logit / softcap).
    public var softcap: Float?
    /// Computed positions, added to the scaled embedding; `nil` without.
    public var sinusoids: SinusoidalPositions?

    public init(scale: Float = 1) { self.scale = scale }
  }

  /// - Parameters:
  ///   - kind: The norm before the head, and of the embedding where it has one.
  ///   - epsilon: A positive addend to its mean square or variance.
  ///   - scale: A factor on the embedding.
  ///   - mode: How products are computed.
  ///   - parameters: A reader above all parts.
  public init(
    _ shape: DecoderShape, _ names: Names, norm kind: Norm.Kind, epsilon: Double, scale: Float = 1,
    mode: ComputeMode, parameters: ParameterReader
  ) {
    self.init(
      shape, names, Rules(scale: scale), norm: kind, epsilon: epsilon, mode: mode, parameters: parameters)
  }

  /// - Parameter rules: What this architecture does otherwise.
  public init(
    _ shape: DecoderShape, _ names: Names, _ rules: Rules, norm kind: Norm.Kind, epsilon: Double,
    mode: ComputeMode, parameters: ParameterReader
  ) {
    self.shape = shape
    self.mode = mode
    self.rules = rules
    vocabulary = Vocabulary(
      of: shape.vocabularySize, width: shape.width, table: names.tokens + "/weight",
      head: names.head.map { $0 + "/weight" },
      bias: rules.headBias ? (names.head ?? "lm_head") + "/bias" : nil, softcap: rules.softcap, mode: mode,
      parameters: parameters)
    positions = names.positions.map { name in
      parameters.parameter(
        name + "/weight",
        [.init(.blockSize, shape.blockSize + rules.firstPosition), shape.embedAxis],
        initializer: .normal(deviation: 0.02))
    }
    embeddingNorm = names.embeddingNorm.map { name in
      Norm(kind, width: shape.width, epsilon: epsilon, parameters: parameters.scoped(to: name))
    }
    norm = Norm(kind, width: shape.width, epsilon: epsilon, parameters: parameters.scoped(to: names.norm))
    keyHeads = max(1, shape.keyHeads / parameters.shards(of: .attention))
  }

  /// How all decoders are cut: heads and the hidden width over the shards; the residual stream stays whole.
  public static var sharding: [(LogicalAxis, MeshAxis?)] {
    [
      (.vocab, nil), (.blockSize, nil), (.embed, nil), (.embedFF, .shard), (.embedOut, .shard),
      (.attention, .shard),
    ]
  }

  /// An empty store of keys and values for all layers.
  public func makeCache() -> KVCache {
    KVCache(layers: shape.layers, keyHeads: keyHeads, headWidth: shape.headWidth, mode: mode)
  }

  /// Rows of ids `[tokens]`, with learned positions where there are some, `[tokens, width]`.
  public func embed(_ ids: [Int32], _ pass: ForwardPass) throws -> Tensor {
    var rows = try vocabulary.embed(ids, pass)
    if let positions {
      rows.add(pass.rows(pass.positions.map { $0 + Int32(rules.firstPosition) }, of: positions))
    }
    rows.scale(by: rules.scale)
    if let sinusoids = rules.sinusoids {
      rows.add(sinusoids.rows(pass.positions, width: shape.width))
    }
    return embeddingNorm?(rows) ?? rows
  }

  /// Rows after the last block as the head reads them, `[tokens, width]`.
  public func normalized(_ rows: Tensor) -> Tensor {
    var rows = norm(rows)
    rows.scale(by: rules.logitScale)
    return rows
  }
}

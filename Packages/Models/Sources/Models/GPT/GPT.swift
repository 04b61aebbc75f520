public import Configurate
public import Sharding
public import TensorCore

/// The GPT of the original system: pre-norm blocks, rotary or learned positions, a head tied to the embedding.
///
/// - Parameters in a checkpoint: `wte` `[vocabulary, width]`, `wpe` `[block, width]` without rotary positions,
///   `blocks_0` … , `ln_f`.
/// - Source: Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*, §2.3.
public struct GPT: LanguageModel {
  public struct Configuration: Settings {
    @Setting("architecture/n_layers", atMost: SizeLimits.layers, help: "Number of transformer blocks")
    public var layers = 32
    @Setting("architecture/n_embd", atMost: SizeLimits.width, help: "Width of the embedding")
    public var width = 2048
    @Setting("architecture/rope", help: "Rotary positions, in place of learned ones")
    public var rope = true
    @Setting("architecture/block_size", atMost: SizeLimits.positions, help: "Longest sequence in tokens")
    public var blockSize = 512
    @Setting("architecture/dropout", help: "Part of activations dropped in training, from 0 to below 1")
    public var dropout = 0.0
    @Setting(
      "architecture/vocab_size", atMost: SizeLimits.vocabulary, help: "Number of ids in the vocabulary")
    public var vocabularySize = 100_288
    public var types = NumericTypes()
    public var block = Block.Configuration()
    public init() {}
  }

  public let blockSize: Int
  public let vocabularySize: Int
  public let mode: ComputeMode
  private let settings: Configuration
  private let vocabulary: Vocabulary
  private let positions: Parameter?
  private let blocks: [Block]
  private let finalNorm: LayerNorm
  private let keyHeads: Int

  /// - Throws: ``ModelError`` for sizes that no GPT can have.
  public init(_ settings: Configuration, parameters: ParameterReader) throws {
    try settings.validate()
    self.settings = settings
    blockSize = settings.blockSize
    vocabularySize = settings.vocabularySize
    let mode = settings.types.activation.mode
    guard !mode.isInteger else {
      throw ModelError(
        .outOfRange(
          key: "architecture/dtype/activation", found: mode.rawValue,
          expected: "bfloat16 or float32, since a checkpoint has no quantised weights"))
    }
    self.mode = mode
    vocabulary = Vocabulary(
      of: settings.vocabularySize, width: settings.width, table: "wte", mode: mode, parameters: parameters)
    positions =
      settings.rope
      ? nil
      : parameters.parameter(
        "wpe", [.init(.blockSize, settings.blockSize), .init(.embed, settings.width)],
        initializer: .normal(deviation: 0.02))
    let rotary =
      settings.rope
      ? RotaryTable(
        base: 10_000, width: settings.block.attention.headWidth, maximumPosition: settings.blockSize)
      : nil
    blocks = (0..<settings.layers).map { index in
      Block(
        settings.block, index: index, rotary: rotary, mode: mode,
        parameters: parameters.scoped(to: "blocks_\(index)"))
    }
    finalNorm = LayerNorm(settings.block.norm, parameters: parameters.scoped(to: "ln_f"))
    keyHeads = settings.block.attention.heads / parameters.shards(of: .attention)
  }

  public static func components() -> [any Module.Type] { [Block.self, LayerNorm.self] }

  /// Heads and the hidden width are cut over the shards, the vocabulary where it is asked for; the residual stream
  /// stays whole.
  ///
  /// - Source: Shoeybi et al. 2019, *Megatron-LM*, §3.
  public static var sharding: [(LogicalAxis, MeshAxis?)] { DecoderStem.sharding }

  /// Attention weights, the size of the residual stream, and the loss of each token.
  public static func plot(_ intermediates: Intermediates) -> [String: Figure] { intermediates.figures }

  public func makeCache() -> KVCache {
    KVCache(
      layers: settings.layers, keyHeads: keyHeads, headWidth: settings.block.attention.headWidth, mode: mode)
  }

  public func embed(_ ids: [Int32], _ pass: ForwardPass) throws -> Tensor {
    var rows = try vocabulary.embed(ids, pass)
    if let positions { rows.add(pass.rows(pass.positions, of: positions)) }
    return pass.droppingOut(rows, rate: Float(settings.dropout), site: .embedding)
  }

  public func decode(_ rows: Tensor, _ pass: ForwardPass) throws -> Tensor {
    var rows = rows
    pass.record(embedding: rows)
    for (index, block) in blocks.enumerated() {
      rows = try block(rows, pass)
      pass.record(rows, afterBlock: index)
    }
    return rows
  }

  public func unembed(_ rows: Tensor, _ pass: ForwardPass) throws -> Tensor {
    try vocabulary.logits(of: finalNorm(rows), pass)
  }

  public func score(_ rows: Tensor, targets: TargetLists, _ pass: ForwardPass) throws -> RowScores {
    try vocabulary.score(finalNorm(rows), targets: targets, pass)
  }

  public func crossEntropy(_ rows: Tensor, targets: [Int32], _ pass: ForwardPass) throws -> CrossEntropy {
    try vocabulary.crossEntropy(of: finalNorm(rows), targets: targets, pass)
  }
}

extension GPT.Configuration {
  func validate() throws {
    for (key, value) in [
      ("n_layers", layers), ("n_embd", width), ("block_size", blockSize), ("vocab_size", vocabularySize),
      ("n_head", block.attention.heads),
    ] where value < 1 {
      throw ModelError(
        .outOfRange(key: "architecture/\(key)", found: "\(value)", expected: "positive"))
    }
    for rate in [dropout, block.attention.dropout, block.mlp.dropout].map(Float.init)
    where !(0..<1).contains(rate) {
      throw ModelError(
        .outOfRange(key: "architecture/dropout", found: "\(rate)", expected: "at least 0 and below 1"))
    }
    let heads = block.attention.heads
    guard width % heads == 0 else {
      throw ModelError(
        .notMultiple(key: "architecture/n_embd", found: width, of: "architecture/n_head", heads))
    }
    guard !rope || block.attention.headWidth % 2 == 0 else {
      throw ModelError(.oddHeadWidth(block.attention.headWidth, width: width, heads: heads))
    }
  }
}

public import Configurate
public import Sharding
public import TensorCore

/// A decoder that is stated as a value: which norms, which attention, which feed-forward half, and how a block joins
/// them. Most architectures are no more than that.
///
/// - Parameters in a checkpoint: as ``Configuration`` names them; of a block `NORM`, `ATTENTION/{q,k,v}_proj`,
///   `ATTENTION/OUTPUT`, and those of the feed-forward half.
public struct ComposedDecoder: Decoder, Sendable {
  /// The settings in a model's files; no user sets them.
  public struct Configuration: Settings {
    public var shape = DecoderShape()
    public var stem = DecoderStem.Names()
    public var stemRules = DecoderStem.Rules()
    /// What precedes the number of a block.
    public var blocks = "layers"
    /// All norms but those of heads.
    public var norm = Norm.Kind.rootMeanSquare()
    public var epsilon = 1e-6
    public var block = BlockPlan()
    public var attention = AttentionPlan()
    public var feedForward = FeedForwardPlan()
    /// What takes the place of the feed-forward half in layers that are mixtures of experts, below the same name.
    var mixture = MixtureOfExperts.Configuration()
    /// Attention whose keys and values are made of a latent row, in place of ``attention``; `nil` for grouped attention.
    var latent: LatentAttention.Sizes?
    /// What each layer does by itself; as many as there are layers.
    public var layers: [LayerPlan] = [LayerPlan()]
    public var types = NumericTypes()
    public init() {}
  }

  public let stem: DecoderStem
  private let blocks: [ComposedBlock]

  public init(_ settings: Configuration, parameters: ParameterReader) {
    stem = DecoderStem(
      settings.shape, settings.stem, settings.stemRules, norm: settings.norm, epsilon: settings.epsilon,
      mode: settings.types.activation.mode, parameters: parameters)
    let tables = RotaryTables(settings)
    blocks = settings.layers.enumerated().map { index, layer in
      ComposedBlock(
        settings, layer, rotary: tables.table(of: layer.rotary),
        parameters: parameters.scoped(to: settings.blocks).scoped(to: "\(index)"))
    }
  }

  public static var sharding: [(LogicalAxis, MeshAxis?)] { DecoderStem.sharding + [(.experts, .shard)] }

  public func block(_ index: Int, _ rows: Tensor, _ pass: ForwardPass) throws -> Tensor {
    try blocks[index](rows, pass, layer: index)
  }
}

/// The tables of rotary positions of all layers, one for layers that rotate alike.
struct RotaryTables {
  private var made: [(settings: RotarySettings, table: RotaryTable)] = []

  init(_ settings: ComposedDecoder.Configuration) {
    self.init(settings.layers.compactMap(\.rotary), blockSize: settings.shape.blockSize)
  }

  init(_ layers: [RotarySettings], blockSize: Int) {
    for rotary in layers where !made.contains(where: { $0.settings == rotary }) {
      made.append((rotary, rotary.table(blockSize)))
    }
  }

  func table(of rotary: RotarySettings?) -> RotaryTable? {
    made.first { $0.settings == rotary }?.table
  }
}

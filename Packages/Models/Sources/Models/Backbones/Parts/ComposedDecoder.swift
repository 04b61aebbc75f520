public import Configurate
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
    /// What each layer does by itself; as many as there are layers.
    public var layers: [LayerPlan] = [LayerPlan()]
    public var types = NumericTypes()
    public init() {}
  }

  public let stem: DecoderStem
  private let blocks: [ComposedBlock]

  public init(_ settings: Configuration, parameters: ParameterReader) {
    self.init(settings, parameters: parameters) { _, parameters in
      settings.feedForward.make(
        settings.shape, mode: settings.types.activation.mode, parameters: parameters)
    }
  }

  /// The same blocks with feed-forward halves of another kind, such as mixtures of experts.
  ///
  /// - Parameter makeFeedForward: Makes the half of a layer, numbered from 0, with a reader at the layer.
  public init(
    _ settings: Configuration, parameters: ParameterReader,
    feedForward makeFeedForward: (Int, ParameterReader) throws -> any FeedForward
  ) rethrows {
    stem = DecoderStem(
      settings.shape, settings.stem, settings.stemRules, norm: settings.norm, epsilon: settings.epsilon,
      mode: settings.types.activation.mode, parameters: parameters)
    let tables = RotaryTables(settings)
    blocks = try (0..<settings.shape.layers).map { index in
      let own = parameters.scoped(to: settings.blocks).scoped(to: "\(index)")
      return ComposedBlock(
        settings, index: index, rotary: tables.table(of: settings.layers[index].rotary),
        feedForward: try makeFeedForward(index, own), parameters: own)
    }
  }

  public func block(_ index: Int, _ rows: Tensor, _ pass: ForwardPass) throws -> Tensor {
    try blocks[index](rows, pass, layer: index)
  }
}

/// The tables of rotary positions of all layers, one for layers that turn alike.
struct RotaryTables {
  private var made: [(settings: RotarySettings, table: RotaryTable)] = []

  init(_ settings: ComposedDecoder.Configuration) {
    for rotary in settings.layers.compactMap(\.rotary) where !made.contains(where: { $0.settings == rotary })
    {
      made.append((rotary, rotary.table(settings.shape.blockSize)))
    }
  }

  func table(of rotary: RotarySettings?) -> RotaryTable? {
    made.first { $0.settings == rotary }?.table
  }
}

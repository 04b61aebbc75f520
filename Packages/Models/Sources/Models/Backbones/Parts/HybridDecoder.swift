import Configurate
import Sharding
import TensorCore

/// A decoder in which some or all layers carry a state from position to position, and others attend.
///
/// Each architecture is a reader of its settings, in a file of its own; what it is made of is stated in ``Configuration``.
/// These models score and are not trained. On shards every rank holds recurrent parts whole and computes the same; what
/// attends or feeds forward is cut as elsewhere.
///
/// - Parameters in a checkpoint: of layer N the norm and the part of each half, as ``HybridHalf`` names them.
struct HybridDecoder: Decoder {
  /// The settings in a model's files; no user sets them.
  struct Configuration: Settings {
    /// Sizes, stem, norms, and what attention and feed-forward halves of all layers have in common.
    var common = ComposedDecoder.Configuration()
    /// What each layer adds to the residual stream, one after the other.
    var layers: [[HybridHalf]] = [[]]
    init() {}

    init(_ common: ComposedDecoder.Configuration, layers: [[HybridHalf]]) {
      self.common = common
      self.layers = layers
    }
  }

  let stem: DecoderStem
  private let states: [LayerState]
  private let layers: [[MadeHalf]]
  private let residualScale: Float

  /// One half, and the number of its first state in the cache.
  private struct MadeHalf {
    let norm: Norm
    let mixer: any HybridMixer
    let firstState: Int
  }

  init(_ settings: Configuration, parameters: ParameterReader) throws {
    guard !parameters.isTrainable else {
      throw ModelError(.noGradients(of: UntrainedPart.recurrentLayers.rawValue))
    }
    let common = settings.common
    stem = DecoderStem(
      common.shape, common.stem, common.stemRules, norm: common.norm, epsilon: common.epsilon,
      mode: common.types.activation.mode, parameters: parameters)
    let tables = RotaryTables(common)
    var states: [LayerState] = []
    layers = try settings.layers.enumerated().map { index, halves in
      let own = parameters.scoped(to: common.blocks).scoped(to: "\(index)")
      return try halves.map { half in
        let place = HybridPlace(
          settings: common, layer: index, rotary: tables.table(of: common.layers[index].rotary),
          parameters: own)
        let mixer = try half.part.make(place)
        let norm = Norm(
          common.norm, width: common.shape.width, epsilon: common.epsilon,
          parameters: own.scoped(to: half.norm))
        defer { states += mixer.states }
        return MadeHalf(norm: norm, mixer: mixer, firstState: states.count)
      }
    }
    self.states = states
    residualScale = common.block.residualScale
  }

  static var sharding: [(LogicalAxis, MeshAxis?)] { DecoderStem.sharding + [(.experts, .shard)] }

  func makeCache() -> KVCache { KVCache(states, mode: mode) }

  func block(_ index: Int, _ rows: Tensor, _ pass: ForwardPass) throws -> Tensor {
    try layers[index].reduce(rows) { rows, half in
      let read = half.norm(rows)
      guard residualScale != 1 else {
        return try half.mixer(read, pass, firstState: half.firstState, adding: rows)
      }
      var result = try half.mixer(read, pass, firstState: half.firstState, adding: nil)
      result.scale(by: residualScale)
      result.add(rows)
      return result
    }
  }
}

/// What one half of a layer adds to the residual stream: a part that reads normalised rows.
struct HybridHalf: Sendable {
  /// The norm of what the part reads.
  var norm: String
  var part: any HybridPart

  init(_ norm: String, _ part: any HybridPart) {
    self.norm = norm
    self.part = part
  }
}

/// The settings of a part of a layer, and the names of its parameters.
protocol HybridPart: Sendable {
  func make(_ place: HybridPlace) throws -> any HybridMixer
}

/// Where a part is made.
struct HybridPlace {
  let settings: ComposedDecoder.Configuration
  /// The number of the layer.
  let layer: Int
  /// How the layer's queries and keys rotate.
  let rotary: RotaryTable?
  /// A reader at the layer.
  let parameters: ParameterReader

  var shape: DecoderShape { settings.shape }
  var mode: ComputeMode { settings.types.activation.mode }
}

/// A part of a layer, made.
protocol HybridMixer: Sendable {
  /// What it keeps of a sequence, in the order in which it writes it.
  var states: [LayerState] { get }

  /// - Shape: rows and residual `[tokens, width]`, result the same.
  /// - Parameters:
  ///   - first: The number of its first state in the pass's cache.
  ///   - residual: What the result is added to, if anything.
  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, firstState first: Int, adding residual: Tensor?)
    throws -> Tensor
}

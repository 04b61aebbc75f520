import Basics
import TensorCore

extension ComposedDecoder.Configuration {
  /// What most descriptions name alike: sizes, the norms' epsilon, the activation, whether the head is tied. No layer
  /// has a window or rotary positions yet.
  ///
  /// - Parameters:
  ///   - epsilon: The setting of the norms' epsilon.
  ///   - activation: The default of `hidden_act`.
  ///   - tied: Whether the head is the embedding where no setting says so.
  ///   - hidden: The hidden width where `intermediate_size` may be absent.
  /// - Throws: ``ModelError`` for a setting that is missing, out of range or not implemented.
  public init(
    common description: ModelDescription, epsilon: String = "rms_norm_eps", activation: String = "silu",
    tied: Bool = false, hidden: Int? = nil
  ) throws(ModelError) {
    self.init()
    try readCommon(description, epsilon: epsilon, activation: activation, tied: tied, hidden: hidden)
  }

  /// The same where parts of the stem have other names.
  mutating func readCommon(
    _ description: ModelDescription, epsilon: String = "rms_norm_eps", activation: String = "silu",
    tied: Bool = false, hidden: Int? = nil
  ) throws(ModelError) {
    shape = try description.decoderShape(hidden: hidden)
    self.epsilon = try description.number(epsilon)
    feedForward.activation = try description.activation("hidden_act", default: activation)
    try readHead(description, tied: tied)
    layers = Array(repeating: LayerPlan(), count: shape.layers)
  }

  /// Whether the head is the embedding.
  mutating func readHead(_ description: ModelDescription, tied: Bool) throws(ModelError) {
    if try description.tiesHead(default: tied, embedding: stem.tokens) { stem.head = nil }
  }

  /// The width of a head follows from the others; refuses another that a file states.
  mutating func deriveHeadWidth(_ description: ModelDescription) throws(ModelError) {
    guard shape.width % shape.heads == 0 else {
      throw description.failure(
        "rows of \(shape.width) elements do not make \(shape.heads) heads of one width")
    }
    shape.headWidth = shape.width / shape.heads
    try description.refuse("head_dim", unless: .integer(shape.headWidth))
  }

  /// Turns the heads of all layers alike, as ``ModelDescription/rotary(headWidth:blockSize:kind:base:defaultBase:fraction:defaultFraction:layout:)``
  /// reads it.
  mutating func readRotary(
    _ description: ModelDescription, base: Double = 10_000, fraction: Double? = nil,
    layout: RotaryTable.Layout = .halfSplit, alsoRead names: Set<String> = []
  ) throws(ModelError) {
    let rotary = try description.rotary(
      headWidth: shape.headWidth, blockSize: shape.blockSize, defaultBase: base,
      fraction: fraction == nil ? nil : "partial_rotary_factor", defaultFraction: fraction ?? 1,
      layout: layout, alsoRead: names)
    for index in layers.indices { layers[index].rotary = rotary }
  }

  /// Gives layers their windows.
  mutating func slide(_ windows: [Int?]) {
    for (index, window) in windows.enumerated() { layers[index].window = window }
  }

  /// Leaves layers that see everything without rotary positions.
  mutating func rotateOnlyWindows() {
    for index in layers.indices where layers[index].window == nil { layers[index].rotary = nil }
  }

  /// Gives all projections of attention biases, or none.
  mutating func readAttentionBias(
    _ description: ModelDescription, _ setting: String = "attention_bias", default fallback: Bool = false
  ) throws(ModelError) {
    attention.bias = try description.bias(setting, at: "self_attn/q_proj", default: fallback)
    attention.outputBias = try description.bias(setting, at: "self_attn/o_proj", default: fallback)
  }
}

extension ModelDescription {
  /// Whether projections have biases: as a setting says, or in a GGUF file as the tensors of the first block are there.
  func bias(_ setting: String, at path: String, default fallback: Bool) throws(ModelError) -> Bool {
    layout == .gguf ? holdsParameter("layers/0/\(path)/bias") : try bool(setting, default: fallback)
  }

  /// Refuses files without rotary settings, for which `transformers` has no default.
  func requireRotary() throws(ModelError) {
    guard self["rope_parameters"] != nil || self["rope_scaling"] != nil else {
      throw missing("rope_parameters")
    }
  }

  /// A number that may be zero or negative only where the files say so on purpose: finite.
  func factor(_ name: String, default fallback: Double) throws(ModelError) -> Float {
    Float(try number(name, default: fallback))
  }

  /// The rotary layout of a GGUF file whose converter brought the elements that rotate together side by side.
  var permutedRotary: RotaryTable.Layout { layout == .gguf ? .interleaved : .halfSplit }

  /// Rows of a projection that holds queries, keys and values one behind the other.
  func splitsProjection(_ fused: String, _ shape: DecoderShape) {
    let (queries, keys) = (shape.heads * shape.headWidth, shape.keyHeads * shape.headWidth)
    splits(
      fused,
      into: [
        ("q_proj", [0..<queries]), ("k_proj", [queries..<queries + keys]),
        ("v_proj", [queries + keys..<queries + 2 * keys]),
      ])
  }

  /// The same with the heads in groups: those of queries that share a key head, then their key and value head.
  func splitsGroupedProjection(_ fused: String, _ shape: DecoderShape) {
    let group = shape.heads / shape.keyHeads
    let rows = { (first: Int, count: Int) in
      (0..<shape.keyHeads).map { index in
        let start = (index * (group + 2) + first) * shape.headWidth
        return start..<start + count * shape.headWidth
      }
    }
    splits(
      fused,
      into: [("q_proj", rows(0, group)), ("k_proj", rows(group, 1)), ("v_proj", rows(group + 1, 1))])
  }

  /// Rows of a projection that holds the gate and what it lets through one behind the other.
  func splitsGate(_ fused: String, _ shape: DecoderShape) {
    splits(
      fused,
      into: [
        ("gate_proj", [0..<shape.hidden]), ("up_proj", [shape.hidden..<2 * shape.hidden]),
      ])
  }
}

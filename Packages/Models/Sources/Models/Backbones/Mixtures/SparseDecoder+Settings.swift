import Basics
import TensorCore

extension SparseDecoder.Configuration {
  /// What descriptions of these models name as Llama's do: sizes, rotary positions, the norms' epsilon, the activation, the
  /// head. Every layer sees all positions, turns, and is a mixture of networks as wide as `hidden`.
  ///
  /// - Throws: ``ModelError`` for a setting that is missing, out of range or not implemented.
  init(
    common description: ModelDescription, defaultBase: Double = 10_000, fraction: String? = nil,
    defaultFraction: Double = 1, layout: RotaryTable.Layout = .halfSplit, tiesHead: Bool = false
  ) throws(ModelError) {
    try self.init(
      sizesOf: description, tiesHead: tiesHead,
      rotary: { shape throws(ModelError) in
        try description.rotary(
          headWidth: shape.headWidth, blockSize: shape.blockSize, defaultBase: defaultBase,
          fraction: fraction, defaultFraction: defaultFraction, layout: layout)
      })
  }

  /// - Parameter rotary: Reads the rotary positions.
  init(
    sizesOf description: ModelDescription, tiesHead: Bool = false,
    rotary read: (DecoderShape) throws(ModelError) -> RotarySettings
  ) throws(ModelError) {
    self.init()
    shape = try description.decoderShape()
    rotary = try read(shape)
    epsilon = try description.number("rms_norm_eps")
    activation = try description.activation("hidden_act", default: "silu")
    tiedHead = try description.tiesHead(default: tiesHead)
    let layers = shape.layers
    attention.windows = Array(repeating: nil, count: layers)
    attention.chunks = attention.windows
    attention.turns = Array(repeating: true, count: layers)
    isMixture = Array(repeating: true, count: layers)
    mixture.gate = .plain(activation)
    mixture.hidden = shape.hidden
    // Noise and losses of training.
    description.ignore(
      "output_router_logits", "router_aux_loss_coef", "router_jitter_noise", "input_jitter_noise")
    description.ignore("aux_loss_alpha", "seq_aux", "ep_size")
  }

  /// Every layer sees `sliding_window` positions, where that is set.
  mutating func readWindow(_ description: ModelDescription) throws(ModelError) {
    let window = try description.window()
    attention.windows = Array(repeating: window, count: shape.layers)
  }

  /// Biases of all four projections of attention.
  mutating func readAttentionBias(_ description: ModelDescription, _ name: String = "attention_bias")
    throws(ModelError)
  {
    attention.qkvBias = try description.bool(name, default: false)
    attention.outputBias = attention.qkvBias
  }
}

extension ModelDescription {
  /// More experts than any mixture has; the bound keeps products of sizes far from overflow.
  private static let mostExperts = 4096

  /// How many experts there are, and how many a row chooses.
  ///
  /// - Parameters:
  ///   - names: What the number of experts is called; where several are given, they agree.
  ///   - active: What the number of chosen ones is called.
  func routing(experts names: String..., active: String = "num_experts_per_tok", default count: Int? = nil)
    throws(ModelError) -> Routing
  {
    var found: Int?
    for name in names where self[name] != nil {
      let count = try integer(name, in: 1...Self.mostExperts)
      if let found, found != count { throw invalid(name, .integer(count), "\(found), as '\(names[0])'") }
      found = count
    }
    guard let experts = found ?? count else { throw missing(names[0]) }
    return Routing(experts: experts, active: try integer(active, in: 1...experts))
  }

  /// The groups that experts are in, from `n_group` and `topk_group`.
  func groups(of routing: Routing, addsTwo: Bool) throws(ModelError) -> Routing.Groups? {
    let count = try integer("n_group", default: 1, in: 1...Self.mostExperts)
    let kept = try integer("topk_group", default: count, in: 1...count)
    let size = routing.experts / count
    guard routing.experts % count == 0, size >= (addsTwo ? 2 : 1) else {
      throw invalid(
        "n_group", .integer(count), "a divisor of \(routing.experts) experts with groups of at least two")
    }
    guard kept * size >= routing.active else {
      throw failure("\(routing.active) experts are chosen from \(kept) groups of \(size)")
    }
    return kept == count ? nil : Routing.Groups(count: count, kept: kept, addsTwo: addsTwo)
  }

  /// The numbers of a list such as `mlp_only_layers`; `nil` where it is absent.
  func integers(_ name: String) throws(ModelError) -> [Int]? {
    guard let value = self[name] else { return nil }
    var integers: [Int] = []
    for element in value.list ?? [.null] {
      guard let integer = element.integer ?? element.bool.map({ $0 ? 1 : 0 }) else {
        throw invalid(name, value, "a list of whole numbers")
      }
      integers.append(integer)
    }
    return integers
  }
}

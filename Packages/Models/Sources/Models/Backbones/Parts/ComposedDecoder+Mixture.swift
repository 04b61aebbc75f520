import Basics
import TensorCore

extension ComposedDecoder.Configuration {
  /// What descriptions of mixtures name as Llama's do: sizes, rotary positions, the norms' epsilon, the activation, the
  /// head. Every layer is a mixture of networks as wide as `hidden`.
  ///
  /// - Throws: ``ModelError`` for a setting that is missing, out of range or not implemented.
  init(
    mixture description: ModelDescription, base: Double = 10_000, fraction: Double? = nil,
    layout: RotaryTable.Layout = .halfSplit, tied: Bool = false
  ) throws(ModelError) {
    try self.init(common: description, tied: tied)
    try readRotary(description, base: base, fraction: fraction, layout: layout)
    makeMixtures(description) { _ in true }
  }

  /// Makes layers mixtures of networks as wide as `hidden`.
  mutating func makeMixtures(_ description: ModelDescription, where isMixture: (Int) -> Bool) {
    mixture.gate = .plain(feedForward.activation)
    mixture.hidden = shape.hidden
    mix(isMixture)
    // Noise and losses of training.
    description.ignore(
      "output_router_logits", "router_aux_loss_coef", "router_jitter_noise", "input_jitter_noise")
    description.ignore("aux_loss_alpha", "seq_aux", "ep_size")
  }

  /// Chooses the layers that are mixtures.
  mutating func mix(_ isMixture: (Int) -> Bool) {
    for index in layers.indices { layers[index].isMixture = isMixture(index) }
  }

  /// Every layer sees `sliding_window` positions, where that is set.
  mutating func readWindow(_ description: ModelDescription) throws(ModelError) {
    let window = try description.window()
    slide(Array(repeating: window, count: shape.layers))
  }

  /// Experts of sigmoid scores, corrected when they are chosen, beside shared experts, in the words of DeepSeek-V3.
  ///
  /// - Parameters:
  ///   - normalizes: Whether weights are divided by their sum where settings do not say it.
  ///   - firstMixture: The first layer that is one, where settings do not say it.
  mutating func readCorrectedMixture(
    _ description: ModelDescription, normalizes: Bool, firstMixture: Int = 0, experts: Int? = nil,
    shared: Int? = nil
  ) throws(ModelError) {
    try readSharedMixture(description, firstMixture: firstMixture, experts: experts, shared: shared)
    mixture.routing.scores = .sigmoid
    mixture.routing.normalizes = try description.bool("norm_topk_prob", default: normalizes)
    mixture.routing.groups = try description.groups(of: mixture.routing, addsTwo: true)
    mixture.router.correction = "gate/e_score_correction_bias"
  }

  /// Experts beside shared ones in all layers but the first few, in the words of DeepSeek.
  ///
  /// - Parameters:
  ///   - experts, shared: How many there are where settings do not say it.
  mutating func readSharedMixture(
    _ description: ModelDescription, firstMixture: Int = 0, experts: Int? = nil, shared: Int? = nil
  ) throws(ModelError) {
    mixture.hidden = try description.integer("moe_intermediate_size")
    mixture.routing = try description.routing(
      experts: "n_routed_experts", "num_local_experts", "num_experts", default: experts)
    mixture.routing.scale = try description.number("routed_scaling_factor", default: 1)
    let shared = try description.integer("n_shared_experts", default: shared, in: 1...4096)
    mixture.shared = .init(name: "shared_experts", hidden: mixture.hidden * shared)
    let dense = try description.integer("first_k_dense_replace", default: firstMixture, in: 0...10_000)
    mix { $0 >= dense }
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

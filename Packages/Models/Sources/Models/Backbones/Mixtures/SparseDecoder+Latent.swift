import Basics
import Foundation
import TensorCore

extension ModelDescription {
  /// Which elements of the turning part of a latent head are a pair.
  func latentLayout() throws(ModelError) -> RotaryTable.Layout {
    try bool("rope_interleave", default: true) ? .interleaved : .halfSplit
  }
}

extension SparseDecoder.Configuration {
  /// What models of latent attention name as DeepSeek's do. No layer is a mixture.
  ///
  /// - Parameters:
  ///   - turnsPartOfHead: Whether the part that turns is a fraction of a whole head in rotary settings.
  ///   - names: Fields of rotary settings that the architecture reads by itself.
  init(
    latent description: ModelDescription, layout: RotaryTable.Layout, tiesHead: Bool = false,
    turnsPartOfHead: Bool = false, alsoRead names: Set<String> = []
  ) throws(ModelError) {
    let turning = try description.integer("qk_rope_head_dim", in: 1...65_536)
    let still = try description.integer("qk_nope_head_dim", in: 1...65_536)
    // transformers computes both, whatever a file says.
    description.ignore("head_dim", "qk_head_dim")
    try self.init(
      sizesOf: description, tiesHead: tiesHead,
      rotary: { shape throws(ModelError) in
        let whole = turnsPartOfHead ? still + turning : turning
        return try description.rotary(
          headWidth: whole, blockSize: shape.blockSize,
          fraction: turnsPartOfHead ? "partial_rotary_factor" : nil,
          defaultFraction: Double(turning) / Double(whole), layout: layout, alsoRead: names)
      })
    guard shape.keyHeads == shape.heads else {
      throw description.failure("\(shape.keyHeads) key heads under latent attention, expected \(shape.heads)")
    }
    guard rotary.width == turning else {
      throw description.failure(
        "\(rotary.width) elements of a head turn and 'qk_rope_head_dim' is \(turning), which do not go together"
      )
    }
    var sizes = LatentAttention.Sizes(
      queryRank: description["q_lora_rank"] == nil ? nil : try description.integer("q_lora_rank"),
      rank: try description.integer("kv_lora_rank"), still: still, turning: turning,
      value: try description.integer("v_head_dim", default: shape.width / shape.heads, in: 1...65_536),
      scale: 1)
    sizes.scale = try scale(of: sizes, description)
    sizes.bias = try description.bool("attention_bias", default: false)
    latent = sizes
    shape.headWidth = sizes.head
    isMixture = isMixture.map { _ in false }
    try description.refuse("pretraining_tp", unless: .integer(1))
  }

  /// The mixtures of all layers but the first few, beside shared experts.
  mutating func readLatentMixture(_ description: ModelDescription) throws(ModelError) {
    mixture.hidden = try description.integer("moe_intermediate_size")
    mixture.routing = try description.routing(experts: "n_routed_experts", "num_local_experts", "num_experts")
    mixture.routing.scale = try description.number("routed_scaling_factor", default: 1)
    let shared = try description.integer("n_shared_experts", in: 1...4096)
    mixture.shared = .init(name: "shared_experts", hidden: mixture.hidden * shared)
    let dense = try description.integer("first_k_dense_replace", default: 0, in: 0...10_000)
    isMixture = (0..<shape.layers).map { $0 >= dense }
    try description.refuse("moe_layer_freq", unless: .integer(1))
  }

  /// 1 / √(width of a key), by the square of YaRN's factor for all dimensions where positions are scaled.
  private func scale(of sizes: LatentAttention.Sizes, _ description: ModelDescription) throws(ModelError)
    -> Float
  {
    let plain = 1 / Double(sizes.key).squareRoot()
    guard rotary.scaling != .none else { return Float(plain) }
    let fields = (description["rope_scaling"] ?? description["rope_parameters"])?.object
    guard let weight = fields?["mscale_all_dim"]?.number, weight != 0 else { return Float(plain) }
    guard case .yarn(let yarn) = rotary.scaling else {
      throw description.failure(
        "rotary 'mscale_all_dim' without yarn is not implemented for latent attention")
    }
    let factor = yarn.factor > 1 ? 0.1 * weight * log(yarn.factor) + 1 : 1
    return Float(plain * factor * factor)
  }
}

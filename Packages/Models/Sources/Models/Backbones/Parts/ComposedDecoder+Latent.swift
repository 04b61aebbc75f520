import Basics
import Foundation
import TensorCore

extension ModelDescription {
  /// Which elements of the rotary part of a latent head are a pair.
  func latentLayout() throws(ModelError) -> RotaryTable.Layout {
    try bool("rope_interleave", default: true) ? .interleaved : .halfSplit
  }
}

extension ComposedDecoder.Configuration {
  /// What models of latent attention name as DeepSeek's do. No layer is a mixture.
  ///
  /// - Parameters:
  ///   - rotatesPartOfHead: Whether the part that rotates is a fraction of a whole head in rotary settings.
  ///   - names: Fields of rotary settings that the architecture reads by itself.
  init(
    latent description: ModelDescription, layout: RotaryTable.Layout, tied: Bool = false,
    rotatesPartOfHead: Bool = false, alsoRead names: Set<String> = []
  ) throws(ModelError) {
    let ropeWidth = try description.integer("qk_rope_head_dim", in: 1...65_536)
    let nopeWidth = try description.integer("qk_nope_head_dim", in: 1...65_536)
    // transformers computes both, whatever a file says.
    description.ignore("head_dim", "qk_head_dim")
    try self.init(common: description, tied: tied)
    let whole = rotatesPartOfHead ? nopeWidth + ropeWidth : ropeWidth
    let rotary = try description.rotary(
      headWidth: whole, blockSize: shape.blockSize,
      fraction: rotatesPartOfHead ? "partial_rotary_factor" : nil,
      defaultFraction: Double(ropeWidth) / Double(whole), layout: layout, alsoRead: names)
    guard shape.keyHeads == shape.heads else {
      throw description.failure("\(shape.keyHeads) key heads under latent attention, expected \(shape.heads)")
    }
    guard rotary.width == ropeWidth else {
      throw description.failure(
        "\(rotary.width) elements of a head rotate and 'qk_rope_head_dim' is \(ropeWidth), which do not go together"
      )
    }
    for index in layers.indices { layers[index].rotary = rotary }
    var sizes = LatentAttention.Sizes(
      queryRank: description["q_lora_rank"] == nil ? nil : try description.integer("q_lora_rank"),
      rank: try description.integer("kv_lora_rank"), nope: nopeWidth, rope: ropeWidth,
      value: try description.integer("v_head_dim", default: shape.width / shape.heads, in: 1...65_536),
      scale: 1)
    sizes.scale = try scale(of: sizes, rotary, description)
    sizes.bias = try description.bool("attention_bias", default: false)
    latent = sizes
    shape.headWidth = sizes.head
    makeMixtures(description) { _ in false }
    try description.refuse("pretraining_tp", unless: .integer(1))
  }

  /// 1 / √(width of a key), by the square of YaRN's factor for all dimensions where positions are scaled.
  private func scale(
    of sizes: LatentAttention.Sizes, _ rotary: RotarySettings, _ description: ModelDescription
  ) throws(ModelError) -> Float {
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

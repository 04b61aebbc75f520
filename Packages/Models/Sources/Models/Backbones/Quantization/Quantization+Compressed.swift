import Basics

extension Quantization {
  /// The schemes of compressed-tensors, of weights only: activations are not rounded here, whatever the settings have.
  static func compressed(_ fields: QuantizationFields) throws(ModelError) -> [QuantizationScheme] {
    let sparsity = fields.object("sparsity_config")
    try sparsity.refuse("format", unless: "dense")
    var schemes: [QuantizationScheme] = []
    for (_, group) in fields.objects("config_groups") where group.has("weights") {
      let format = group.has("format") ? group : fields
      let scheme = try compressed(group.object("weights"), in: format)
      if !schemes.contains(scheme) { schemes.append(scheme) }
    }
    guard !schemes.isEmpty else { throw fields.missing("config_groups") }
    return schemes
  }

  private static func compressed(_ weights: QuantizationFields, in format: QuantizationFields)
    throws(ModelError)
    -> QuantizationScheme
  {
    let isInteger = weights.text("type") ?? "int" == "int"
    let layout: QuantizationScheme.Layout
    switch format.text("format") {
    case "float-quantized" where !isInteger, "naive-quantized" where !isInteger:
      return try compressedFloats(weights)
    case "pack-quantized" where isInteger: layout = .packed
    case "int-quantized" where isInteger, "naive-quantized" where isInteger: layout = .bytes
    default:
      throw format.notImplemented("format", known: ["float-quantized", "int-quantized", "pack-quantized"])
    }
    var scheme = QuantizationScheme(
      layout: layout, bits: try weights.bits("num_bits", among: layout == .packed ? [2, 3, 4, 8] : [8]))
    scheme.isSymmetric = try weights.bool("symmetric", default: true)
    switch weights.text("strategy") ?? (weights.has("group_size") ? "group" : "tensor") {
    case "group": scheme.group = try weights.group("group_size")
    case "channel", "tensor": break
    default: throw weights.notImplemented("strategy", known: ["channel", "group", "tensor"])
    }
    return scheme
  }

  private static func compressedFloats(_ weights: QuantizationFields) throws(ModelError) -> QuantizationScheme
  {
    try weights.refuse("type", unless: .text("float"))
    try weights.refuse("symmetric", unless: .bool(true))
    var scheme = QuantizationScheme(
      layout: .floats(scale: "weight_scale", tile: nil), bits: try weights.bits("num_bits", among: [8]))
    switch weights.text("strategy") ?? "tensor" {
    case "block":
      scheme.layout = .floats(
        scale: "weight_scale", tile: try weights.tile("block_structure", default: nil))
    case "channel", "tensor": break
    default: throw weights.notImplemented("strategy", known: ["block", "channel", "tensor"])
    }
    return scheme
  }
}

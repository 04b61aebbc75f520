import Basics

/// What a `quantization_config` has been done to the weights: the schemes that quantised layers may have.
///
/// Layers that it leaves out, by whatever pattern, are those whose tensors are not quantised.
struct Quantization: Sendable {
  /// The method by its usual name.
  let method: String
  /// At least one; the first is that of layers which nothing singles out.
  let schemes: [QuantizationScheme]
  /// The `config.json`.
  let path: String

  /// - Parameter settings: A `config.json`, or the object of its text model.
  /// - Returns: `nil` where nothing is quantised, and of a form that is read elsewhere.
  /// - Throws: ``ModelError`` for a form that is not read, and for a setting that it cannot have.
  init?(_ settings: JSONObject, path: String) throws(ModelError) {
    guard let form = QuantizedForm.named(in: settings), form != QuantizedForm.mxfp4 else { return nil }
    let fields = QuantizationFields(
      (settings["quantization_config"] ?? settings["compression_config"])?.object ?? JSONObject(), path: path)
    method = form
    self.path = path
    switch fields.text("quant_method") {
    case "gptq": schemes = try Self.gptq(fields)
    case "awq": schemes = [try Self.awq(fields)]
    case "compressed-tensors": schemes = try Self.compressed(fields)
    case "fp8": schemes = [try Self.floats(fields)]
    default: throw ModelError(.quantized(form), path: path)
    }
  }

  /// FP8 as DeepSeek and Qwen have it: scales of tiles, or one of each matrix.
  ///
  /// - Source: `FineGrainedFP8Config` and `_dequantize_fp8_weight` of `transformers` 5.24.
  private static func floats(_ fields: QuantizationFields) throws(ModelError) -> QuantizationScheme {
    try fields.refuse("fmt", unless: .text("e4m3"))
    try fields.refuse("scale_fmt", unless: .text("float"))
    try fields.refuse("expert_dtype", unless: .text("fp8"))
    let isWhole = fields.isNull("weight_block_size")
    return QuantizationScheme(
      layout: .floats(
        scale: "weight_scale_inv",
        tile: isWhole ? nil : try fields.tile("weight_block_size", default: .init(outputs: 128, inputs: 128))),
      bits: 8)
  }

  private static func gptq(_ fields: QuantizationFields) throws(ModelError) -> [QuantizationScheme] {
    let format = fields.text("checkpoint_format") ?? "gptq"
    let formats = ["gptq": 1, "gptq_v2": 0]
    guard let added = formats[format] else {
      throw fields.notImplemented("checkpoint_format", known: formats.keys.sorted())
    }
    try fields.refuse("is_marlin_format", unless: .bool(false))
    let usual = QuantizationScheme(
      layout: .gptq(addingToZeros: added), bits: try fields.bits("bits", among: [2, 3, 4, 8]),
      group: try fields.group("group_size"))
    // Of patterns of layers with settings of their own, those that a pattern excludes stay as they were.
    var schemes = [usual]
    for (_, own) in fields.objects("dynamic") {
      var scheme = usual
      if own.has("bits") { scheme.bits = try own.bits("bits", among: [2, 3, 4, 8]) }
      if own.has("group_size") { scheme.group = try own.group("group_size") }
      if !schemes.contains(scheme) { schemes.append(scheme) }
    }
    return schemes
  }

  private static func awq(_ fields: QuantizationFields) throws(ModelError) -> QuantizationScheme {
    guard fields.text("version")?.lowercased() ?? "gemm" == "gemm" else {
      throw fields.notImplemented("version", known: ["gemm"])
    }
    let (bits, group) = fields.has("w_bit") ? ("w_bit", "q_group_size") : ("bits", "group_size")
    return QuantizationScheme(
      layout: .awq, bits: try fields.bits(bits, among: [4]), group: try fields.group(group))
  }
}

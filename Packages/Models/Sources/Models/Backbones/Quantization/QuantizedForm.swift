import Basics

/// Ways to store quantised weights that are not read, by their usual names.
enum QuantizedForm {
  /// The one that is read, where blocks and scales lie beside each other.
  static let mxfp4 = "MXFP4"

  /// The form that a `config.json` names, if it names one.
  static func named(in settings: JSONObject) -> String? {
    if let quantization = settings["quantization_config"] ?? settings["compression_config"],
      quantization != .null
    {
      let fields = quantization.object
      if let method = fields?["quant_method"]?.text { return names[method] ?? "'\(method)'" }
      let isOfBits = fields?["load_in_4bit"]?.bool == true || fields?["load_in_8bit"]?.bool == true
      return isOfBits ? "bitsandbytes" : "an unnamed method"
    }
    if let quantization = settings["quantization"], quantization.object?["group_size"] != nil { return "MLX" }
    return nil
  }

  /// The form that the names of tensors show, if they show one.
  static func shown(by names: [String]) -> String? {
    for (ending, form) in endings where names.contains(where: { $0.hasSuffix(ending) }) { return form }
    return nil
  }

  private static let names = [
    "gptq": "GPTQ", "awq": "AWQ", "bitsandbytes": "bitsandbytes", "fp8": "FP8", "fbgemm_fp8": "FP8 (FBGEMM)",
    "compressed-tensors": "compressed-tensors", "mxfp4": mxfp4, "hqq": "HQQ", "aqlm": "AQLM",
    "eetq": "EETQ",
    "quanto": "Quanto", "torchao": "torchao", "higgs": "HIGGS", "vptq": "VPTQ", "bitnet": "BitNet",
    "spqr": "SpQR",
    "modelopt": "ModelOpt",
  ]

  private static let endings: KeyValuePairs = [
    ".qweight": "GPTQ or AWQ", ".weight_packed": "compressed-tensors", ".weight.absmax": "bitsandbytes",
    ".weight.SCB": "bitsandbytes", ".SCB": "bitsandbytes", "_proj_blocks": mxfp4,
    ".weight_scale_inv": "FP8",
    ".weight_scale": "FP8", ".scales": "MLX",
  ]
}

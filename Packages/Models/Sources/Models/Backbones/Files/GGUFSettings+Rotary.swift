import Basics
import Foundation
import Weights

extension GGUFSettings {
  /// Rotary settings that are fields of `rope_parameters` too.
  static let rotaryFields = [
    "rope.freq_base": "rope_theta", "rope.scaling.factor": "factor",
    "rope.scaling.original_context_length": "original_max_position_embeddings",
    "rope.scaling.attn_factor": "attention_factor", "rope.scaling.yarn_beta_fast": "beta_fast",
    "rope.scaling.yarn_beta_slow": "beta_slow",
  ]

  /// All rotary settings that are read.
  static let rotaryNames = Set(rotaryFields.keys).union([
    "rope.dimension_count", "rope.scaling.type", "rope.scale_linear", "rope.scaling.finetuned",
    "rope.freq_base_swa",
    "rope.scaling.yarn_attn_factor", "rope.scaling.yarn_ext_factor", "rope.scaling.yarn_log_multiplier",
  ])

  /// `rope_parameters` of a `config.json` that rotate as llama.cpp does.
  ///
  /// - Parameter hasLocalRotary: Whether layers behind a window have rotary positions of their own, which are not scaled.
  /// - Source: `llama_model::load_hparams`, the constructor of `llama_context` and `rope_yarn` (ggml) in llama.cpp.
  func rotaryParameters(hasLocalRotary: Bool) throws(ModelError) -> JSONValue {
    var shared: [(String, JSONValue)] = [("partial_rotary_factor", .integer(1))]
    if let rotating = try integer("rope.dimension_count"), let width = headWidth {
      guard width > 0 else { throw failure(.headWidth(width)) }
      guard !rotatesWholeHeads || rotating == width else {
        throw failure(
          .invalid(
            key: "\(prefix)rope.dimension_count", found: "\(rotating)",
            expected: "\(width), the width of a head, as llama.cpp does"))
      }
      shared = [("partial_rotary_factor", .number(Double(rotating) / Double(width)))]
    }
    let base = try number("rope.freq_base") ?? 10_000
    let global = JSONValue.object(shared + [("rope_theta", .number(base))] + (try scalingFields()))
    guard hasLocalRotary else { return global }
    let localBase = try number("rope.freq_base_swa") ?? 10_000
    return .object([
      ("full_attention", global),
      ("sliding_attention", .object(shared + [("rope_theta", .number(localBase))])),
    ])
  }

  /// llama.cpp reads the rotary width of these architectures, and refuses one that is not the head's.
  private var rotatesWholeHeads: Bool { prefix == "llama." }

  private func scalingFields() throws(ModelError) -> [(String, JSONValue)] {
    let old = try number("rope.scale_linear", allowsZero: true)
    let stated = try number("rope.scaling.factor", allowsZero: true) ?? old ?? 1
    let factor = stated == 0 ? 1 : stated  // 0 means none
    let typeName = "rope.scaling.type"
    let type = self[typeName]?.text ?? (self[typeName] == nil ? "linear" : "")
    try refuse("rope.scaling.yarn_attn_factor", unless: 1)
    try refuse("rope.scaling.yarn_log_multiplier", unless: 0)
    try refuse("rope.scaling.yarn_ext_factor", unless: type == "yarn" ? [1, -1] : [0, -1])
    let attention = try number("rope.scaling.attn_factor") ?? 1
    guard type == "yarn" else {
      if hasShortFactors {
        _ = try number("rope.scaling.attn_factor")
      } else {
        try refuse("rope.scaling.attn_factor", unless: 1)
      }
      switch type {
      case "none": return []
      case "longrope" where hasShortFactors: return []
      case "linear": return factor == 1 ? [] : [("rope_type", .text("linear")), ("factor", .number(factor))]
      default:
        let found = self[typeName].map { "\(JSONValue($0))" } ?? "absent"
        throw ModelError(
          .notImplemented(key: prefix + typeName, found: found, known: ["none", "linear", "yarn"]), path: path
        )
      }
    }
    // ggml multiplies both.
    var fields: [(String, JSONValue)] = [
      ("rope_type", .text("yarn")), ("factor", .number(factor)),
      ("attention_factor", .number(attention * (1 + 0.1 * log(factor)))),
    ]
    for name in ["original_context_length", "yarn_beta_fast", "yarn_beta_slow"] {
      guard let value = self["rope.scaling." + name], let field = Self.rotaryFields["rope.scaling." + name]
      else {
        continue
      }
      fields.append((field, JSONValue(value)))
    }
    return fields
  }

  /// A whole number; `nil` where it is absent.
  func integer(_ name: String) throws(ModelError) -> Int? {
    guard let value = self[name] else { return nil }
    guard let integer = value.integer else {
      throw ModelError(
        .invalid(key: prefix + name, found: "\(value)", expected: "a whole number"), path: path)
    }
    return integer
  }

  private func number(_ name: String, allowsZero: Bool = false) throws(ModelError) -> Double? {
    guard let value = self[name] else { return nil }
    guard let number = value.number, number.isFinite, number > 0 || allowsZero && number == 0 else {
      throw ModelError(
        .invalid(key: prefix + name, found: "\(JSONValue(value))", expected: "a positive number"), path: path)
    }
    return number
  }

  private func refuse(_ name: String, unless harmless: Double...) throws(ModelError) {
    try refuse(name, unless: harmless)
  }

  private func refuse(_ name: String, unless harmless: [Double]) throws(ModelError) {
    guard let value = self[name], value.number.map(harmless.contains) != true else { return }
    throw ModelError(
      .notImplemented(
        key: prefix + name, found: "\(JSONValue(value))", known: harmless.map { "\(Int($0))" }), path: path)
  }
}

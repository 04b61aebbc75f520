import Basics
import Foundation

/// The settings of a LoRA adapter: its `adapter_config.json`.
///
/// - Source: `LoraConfig` of the `peft` package.
struct AdapterSettings: Sendable {
  /// The rank of every change that no pattern names.
  let rank: Int
  /// The numerator of the factor on changes, and others for modules whose names end so.
  private let alpha: Double
  private let alphas: [(module: String, alpha: Double)]
  private let rankPatterns: [String]
  /// Whether the factor is alpha / √rank, else alpha / rank.
  private let stabilizesRank: Bool
  /// Whether weights have their input axis first, as in GPT-2.
  let inputIsFirst: Bool

  /// - Throws: ``ModelError`` for an adapter of another kind, and for a setting that is not known or out of range.
  init(_ file: String) throws(ModelError) {
    let fields = try Self.object(in: file)
    func invalid(_ name: String, _ expected: String) -> ModelError {
      ModelError(.invalid(key: name, found: "\(fields[name] ?? .null)", expected: expected), path: file)
    }
    guard fields["peft_type"] == "LORA" else { throw invalid("peft_type", "LORA") }
    let unknown = fields.names.filter { name in
      guard let value = fields[name], value != .null else { return false }
      return !Self.known.contains(name) && Self.idle[name]?.contains(value) != true
    }
    guard unknown.isEmpty else {
      let settings = unknown.map { ModelError.Setting($0, "\(fields[$0] ?? .null)") }
      throw ModelError(.unknownSettings(settings, modelType: "LORA"), path: file)
    }
    guard let rank = fields["r"]?.integer, (1...1 << 20).contains(rank) else {
      throw invalid("r", "a whole number from 1 to \(1 << 20)")
    }
    guard let alpha = fields["lora_alpha"]?.number, alpha.isFinite else {
      throw invalid("lora_alpha", "a number")
    }
    (self.rank, self.alpha) = (rank, alpha)
    alphas = try Self.patterns("alpha_pattern", fields, file)
    rankPatterns = try Self.patterns("rank_pattern", fields, file).map(\.module)
    func flag(_ name: String) throws(ModelError) -> Bool {
      guard let value = fields[name], value != .null else { return false }
      guard let bool = value.bool else { throw invalid(name, "true or false") }
      return bool
    }
    stabilizesRank = try flag("use_rslora")
    inputIsFirst = try flag("fan_in_fan_out")
  }

  /// Whether the settings give the module another rank than ``rank``.
  func hasOwnRank(_ module: String) -> Bool { rankPatterns.contains { Self.names($0, module) } }

  /// The factor on the change of a module.
  func scale(of module: String, rank: Int) -> Float {
    let alpha = alphas.first { Self.names($0.module, module) }?.alpha ?? alpha
    return Float(alpha / (stabilizesRank ? Double(rank).squareRoot() : Double(rank)))
  }

  /// Whether a key of a pattern names a module: all of its name, or its last components.
  private static func names(_ key: String, _ module: String) -> Bool {
    module == key || module.hasSuffix("." + key)
  }

  private static func patterns(_ name: String, _ fields: JSONObject, _ file: String) throws(ModelError)
    -> [(module: String, alpha: Double)]
  {
    guard let value = fields[name], value != .null else { return [] }
    var found: [(String, Double)] = []
    for key in value.object?.names ?? [""] {
      guard let number = value.object?[key]?.number, number.isFinite,
        key.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }), !key.isEmpty
      else {
        throw ModelError(
          .invalid(key: name, found: "\(value)", expected: "an object of names of modules and numbers"),
          path: file)
      }
      found.append((key, number))
    }
    return found
  }

  private static func object(in file: String) throws(ModelError) -> JSONObject {
    let bytes = try ModelError.contents(of: file, orMissing: .adapter(.noSettings))
    do throws(JSONError) {
      guard let object = try JSONValue(Array(bytes)).object else {
        throw JSONError(.notAnObject, offset: 0)
      }
      return object
    } catch {
      throw ModelError(.noJSON(error), path: file)
    }
  }

  /// What is read here, what tensors show by themselves, and what only training reads.
  private static let known: Set = [
    "peft_type", "r", "lora_alpha", "alpha_pattern", "rank_pattern", "use_rslora", "fan_in_fan_out",
    "target_modules", "exclude_modules", "modules_to_save", "bias", "layers_to_transform", "layers_pattern",
    "base_model_name_or_path", "revision", "auto_mapping", "task_type", "inference_mode", "lora_dropout",
    "peft_version", "runtime_config", "eva_config", "ensure_weight_tying",
  ]

  /// Settings of what is not implemented, with the values that turn it off.
  private static let idle: [String: [JSONValue]] = [
    "use_dora": [.bool(false)], "lora_bias": [.bool(false)], "use_qalora": [.bool(false)],
    "init_lora_weights": [.bool(true), .bool(false), "gaussian", "eva", "orthogonal"],
    "loftq_config": [.object([])], "megatron_core": ["megatron.core"], "qalora_group_size": [16],
    "use_bdlora": [.bool(false)], "target_parameters": [.list([])],
  ]
}

import Basics
import Foundation
import TensorCore

/// The fields of `rope_scaling` or `rope_parameters`, each noted when it is read.
///
/// - Source: `modeling_rope_utils.py` of `transformers` 5.24.
struct RotaryFields {
  private let object: JSONObject
  private let description: ModelDescription
  private var read: Set<String>

  /// - Parameter read: Fields that the architecture reads by itself.
  init(_ object: JSONObject, _ description: ModelDescription, read: Set<String> = []) {
    self.object = object
    self.description = description
    self.read = read
  }

  /// A positive number.
  mutating func number(_ name: String) throws(ModelError) -> Double? {
    read.insert(name)
    guard let value = object[name], value != .null else { return nil }
    guard let number = value.number, number > 0, number.isFinite else {
      throw description.failure(
        .rotary(
          .invalid(key: description.fileName(name), found: "\(value)", expected: "a positive number")))
    }
    return number
  }

  private mutating func needed(_ name: String) throws(ModelError) -> Double {
    guard let number = try number(name) else {
      throw description.failure(.rotary(.missing(key: description.fileName(name))))
    }
    return number
  }

  /// How many positions training had: beside the rotary settings, else among them, else all.
  private mutating func originalPositions(_ blockSize: Int) throws(ModelError) -> Int {
    let name = "original_max_position_embeddings"
    let own = try number(name)
    let limit = 1 << 24
    if description[name] != nil { return try description.integer(name) }
    guard let own else { return blockSize }
    guard let positions = Int(exactly: own), positions <= limit else {
      throw description.failure(
        .rotary(
          .invalid(
            key: description.fileName(name), found: "\(own)", expected: "a whole number from 1 to \(limit)")))
    }
    return positions
  }

  private var type: JSONValue { object["rope_type"] ?? object["type"] ?? .text("default") }

  /// Whether the part of a head that rotates is that of its pairs, and the others stand still.
  var isProportional: Bool { type.text == "proportional" }

  /// - Parameters:
  ///   - headWidth: Elements of a head where it rotates whole; `nil` where a part of it does.
  ///   - isNested: Whether the fields are those of one kind of layer.
  mutating func scaling(headWidth: Int?, blockSize: Int, isNested: Bool) throws(ModelError)
    -> RotaryTable.Scaling
  {
    description.ignore("original_max_position_embeddings")
    switch type.text {
    case "default": return .none
    case "linear": return .linear(factor: try needed("factor"))
    // What training had is not read: transformers scales beyond 'max_position_embeddings', where no sequence is.
    case "dynamic": return .dynamic(factor: try needed("factor"), originalMaximumPosition: blockSize)
    case "llama3":
      return .llama3(
        factor: try needed("factor"), lowFrequencyFactor: try needed("low_freq_factor"),
        highFrequencyFactor: try needed("high_freq_factor"),
        originalMaximumPosition: try originalPositions(blockSize))
    case "longrope", "su": return try long(blockSize: blockSize)
    case "proportional" where headWidth != nil: return try proportional(pairs: headWidth! / 2)
    case "yarn": return .yarn(try yarn(blockSize: blockSize, isNested: isNested))
    default: throw description.failure(.rotaryType("\(type)"))
    }
  }

  /// Frequencies of a head that rotates whole, of its first pairs only.
  ///
  /// - Source: `_compute_proportional_rope_parameters` of `transformers`.
  private mutating func proportional(pairs: Int) throws(ModelError) -> RotaryTable.Scaling {
    let factor = try number("factor") ?? 1
    let part = try number("partial_rotary_factor") ?? 1
    guard part <= 1 else {
      throw description.failure(
        .rotary(.invalid(key: "partial_rotary_factor", found: "\(part)", expected: "at most 1")))
    }
    let rotating = Int(part * Double(pairs))
    return .divided(by: (0..<pairs).map { $0 < rotating ? factor : .infinity })
  }

  /// The short factors of LongRoPE, of sequences no longer than those of training.
  ///
  /// - Source: Ding et al. 2024, *LongRoPE*, §3; `_compute_longrope_parameters` of `transformers`.
  private mutating func long(blockSize: Int) throws(ModelError) -> RotaryTable.Scaling {
    let original = try originalPositions(blockSize)
    guard blockSize <= original else {
      throw description.failure("rotary type 'longrope' beyond \(original) positions is not implemented")
    }
    let longest = Double(try description.integer("max_position_embeddings"))
    let ratio = try number("factor") ?? longest / Double(original)
    let stated = try number("attention_factor")
    read.formUnion(["short_factor", "long_factor"])
    guard let list = object["short_factor"]?.list, case let factors = list.compactMap(\.number),
      factors.count == list.count, factors.allSatisfy({ $0 > 0 && $0.isFinite })
    else {
      throw description.failure("rotary 'short_factor' is missing, expected positive numbers, one a pair")
    }
    let amplitude = stated ?? (ratio <= 1 ? 1 : (1 + log(ratio) / log(Double(original))).squareRoot())
    return .divided(by: factors, amplitude: amplitude)
  }

  private mutating func yarn(blockSize: Int, isNested: Bool) throws(ModelError) -> RotaryTable.YaRN {
    let original = try originalPositions(blockSize)
    let isRatio = object["factor"] == .null
    var yarn = RotaryTable.YaRN(
      factor: isRatio ? Double(blockSize) / Double(original) : try needed("factor"),
      originalMaximumPosition: original)
    yarn.betaFast = try number("beta_fast") ?? yarn.betaFast
    yarn.betaSlow = try number("beta_slow") ?? yarn.betaSlow
    yarn.attentionFactor = try number("attention_factor")
    yarn.mscale = try number("mscale")
    yarn.mscaleAllDimensions = try number("mscale_all_dim")
    switch object["truncate"] ?? .bool(true) {
    case .bool(let truncates): yarn.truncate = truncates || isNested
    case let value:
      throw description.failure(
        .rotary(.invalid(key: "truncate", found: "\(value)", expected: "true or false")))
    }
    return yarn
  }

  /// - Throws: ``ModelError`` naming fields that are not known. Those that another type of scaling reads mean nothing.
  func finish() throws(ModelError) {
    let unknown = object.names.filter {
      !read.contains($0) && !Self.idle.contains($0) && object[$0] != .null
    }
    guard unknown.isEmpty else {
      throw description.failure(.unknownRotary(unknown))
    }
  }

  private static let idle: Set<String> = [
    "rope_type", "type", "factor", "original_max_position_embeddings", "attention_factor", "beta_fast",
    "beta_slow",
    "low_freq_factor", "high_freq_factor", "mscale", "mscale_all_dim", "truncate", "mrope_section",
    "finetuned",
  ]
}

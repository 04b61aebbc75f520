import Basics
public import TensorCore
import Weights

/// How rotary positions turn, before there is a table of them.
///
/// - Source: Su et al. 2021, *RoFormer*, §3.4.2.
public struct RotarySettings: Sendable, Equatable {
  /// The base of the frequencies: pair j turns by position · base^(−2j / width) radians.
  public var base: Double
  /// Elements of a head that turn.
  public var width: Int
  /// Which elements of a head are a pair.
  public var layout: RotaryTable.Layout
  /// How frequencies are changed for sequences that are longer than those of training.
  public var scaling: RotaryTable.Scaling

  public init(
    base: Double = 10_000, width: Int = 2, layout: RotaryTable.Layout = .halfSplit,
    scaling: RotaryTable.Scaling = .none
  ) {
    self.base = base
    self.width = width
    self.layout = layout
    self.scaling = scaling
  }

  /// The sines and cosines of all positions.
  ///
  /// - Parameter blockSize: Positions are below it.
  public func table(_ blockSize: Int) -> RotaryTable {
    RotaryTable(base: base, width: width, maximumPosition: blockSize, layout: layout, scaling: scaling)
  }
}

extension ModelDescription {
  /// Rotary positions in either spelling: `rope_parameters`, or `rope_theta` with `rope_scaling`.
  ///
  /// - Parameters:
  ///   - headWidth: Elements of a head.
  ///   - blockSize: Positions are below it.
  ///   - kind: Which entry of `rope_parameters` holds, where there is one for each kind of layer.
  ///   - base, fraction: What older files call base and turning part of a head.
  ///   - layout: Which elements of a head are a pair.
  /// - Throws: ``ModelError`` for a form that is not implemented, or a value that cannot be.
  public func rotary(
    headWidth: Int, blockSize: Int, kind: String? = nil, base baseName: String = "rope_theta",
    fraction fractionName: String = "partial_rotary_factor", layout: RotaryTable.Layout = .halfSplit
  ) throws(ModelError) -> RotarySettings {
    let (top, fraction) = (try number(baseName, default: 10_000), try number(fractionName, default: 1))
    let old = self["rope_scaling"]
    var values = self["rope_parameters"] ?? old ?? .object([])
    if let kind, let own = values.object?[kind] { values = own }
    guard let object = values.object else {
      throw failure("the rotary settings are \(values), not an object")
    }
    var fields = RotaryFields(object, self)
    let base = try fields.number("rope_theta") ?? top
    let turning = Double(headWidth) * (try fields.number("partial_rotary_factor") ?? fraction)
    let width = Int(min(turning, Double(headWidth) + 1))
    guard width > 0, width % 2 == 0, width <= headWidth, base > 1 else {
      throw failure("rotary positions of base \(base) over \(turning) elements of a head of \(headWidth)")
    }
    var scaling = try fields.scaling(blockSize: blockSize)
    try fields.finish()
    if let rotaryDivisors {
      guard scaling == .none, rotaryDivisors.count == width / 2, rotaryDivisors.allSatisfy({ $0 > 0 }) else {
        throw failure("\(rotaryDivisors.count) divisors of rotary frequencies for \(width / 2) of them")
      }
      scaling = .divided(by: rotaryDivisors)
    }
    return RotarySettings(base: base, width: width, layout: layout, scaling: scaling)
  }
}

/// The fields of `rope_scaling` or `rope_parameters`, each noted when it is read.
private struct RotaryFields {
  private let object: JSONObject
  private let description: ModelDescription
  private var read: Set<String> = []

  init(_ object: JSONObject, _ description: ModelDescription) {
    self.object = object
    self.description = description
  }

  mutating func number(_ name: String) throws(ModelError) -> Double? {
    read.insert(name)
    guard let value = object[name], value != .null else { return nil }
    guard let number = value.number, number > 0, number.isFinite else {
      throw description.failure("rotary '\(name)' is \(value), expected a positive number")
    }
    return number
  }

  private mutating func needed(_ name: String) throws(ModelError) -> Double {
    guard let number = try number(name) else { throw description.failure("rotary '\(name)' is missing") }
    return number
  }

  /// A number of positions.
  private mutating func positions(_ name: String) throws(ModelError) -> Int? {
    guard let number = try number(name) else { return nil }
    guard let positions = Int(exactly: number), positions <= 1 << 24 else {
      throw description.failure("rotary '\(name)' is \(number), expected a whole number from 1 to \(1 << 24)")
    }
    return positions
  }

  mutating func scaling(blockSize: Int) throws(ModelError) -> RotaryTable.Scaling {
    read.formUnion(["rope_type", "type"])
    let name = "original_max_position_embeddings"
    let type = object["rope_type"] ?? object["type"] ?? .text("default")
    switch type.text {
    case "default", "none": return .none
    case "linear": return .linear(factor: try needed("factor"))
    case "dynamic":
      let original = try positions(name) ?? blockSize
      return .dynamic(factor: try needed("factor"), originalMaximumPosition: original)
    case "llama3":
      guard let original = try positions(name) else {
        throw description.failure("rotary '\(name)' is missing")
      }
      return .llama3(
        factor: try needed("factor"), lowFrequencyFactor: try needed("low_freq_factor"),
        highFrequencyFactor: try needed("high_freq_factor"), originalMaximumPosition: original)
    case "yarn":
      var yarn = RotaryTable.YaRN(
        factor: try needed("factor"), originalMaximumPosition: try positions(name) ?? blockSize)
      yarn.betaFast = try number("beta_fast") ?? yarn.betaFast
      yarn.betaSlow = try number("beta_slow") ?? yarn.betaSlow
      yarn.attentionFactor = try number("attention_factor")
      yarn.mscale = try number("mscale")
      yarn.mscaleAllDimensions = try number("mscale_all_dim")
      read.insert("truncate")
      yarn.truncate = object["truncate"]?.bool ?? true
      return .yarn(yarn)
    default: throw description.failure("rotary type \(type) is not implemented")
    }
  }

  func finish() throws(ModelError) {
    let unknown = object.names.filter { !read.contains($0) && object[$0] != .null }
    guard unknown.isEmpty else {
      throw description.failure(
        "rotary settings that are not known: \(unknown.map { "'\($0)'" }.joined(separator: ", "))")
    }
  }
}

import Basics
import Foundation
public import TensorCore

/// How rotary positions rotate heads, before there is a table of them.
///
/// - Source: Su et al. 2021, *RoFormer*, §3.4.2.
public struct RotarySettings: Sendable, Equatable {
  /// The base of the frequencies: pair j rotates by position · base^(−2j / width) radians.
  public var base: Double
  /// Elements of a head that rotate.
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
  /// Rotary positions in either spelling, as `transformers` takes them: `rope_scaling` where there is one, else
  /// `rope_parameters`; the base in it, else `rope_theta` beside it.
  ///
  /// - Parameters:
  ///   - headWidth: Elements of a head.
  ///   - blockSize: Positions are below it.
  ///   - kind: Which entry of `rope_parameters` holds, where there is one for each kind of layer.
  ///   - base, defaultBase: The setting beside the rotary ones that gives the base, and the base without it.
  ///   - fraction: The setting that says which part of a head rotates; nil for an architecture that rotates whole heads.
  ///   - defaultFraction: The part that rotates without it.
  ///   - layout: Which elements of a head are a pair.
  ///   - hasFixedAlpha: Whether dynamic scaling with an `alpha` stretches the base by it once for all.
  ///   - names: Fields that the architecture reads by itself.
  ///   - isDivided: Whether the divisors of a GGUF file are of these layers.
  /// - Throws: ``ModelError`` for a form that is not implemented, or a value that cannot be.
  public func rotary(
    headWidth: Int, blockSize: Int, kind: String? = nil, base: String = "rope_theta",
    defaultBase: Double = 10_000, fraction: String? = nil, defaultFraction: Double = 1,
    layout: RotaryTable.Layout = .halfSplit, hasFixedAlpha: Bool = false, alsoRead names: Set<String> = [],
    isDivided: Bool = true
  ) throws(ModelError) -> RotarySettings {
    var fields = RotaryFields(try rotaryObject(kind), self, read: names)
    let besideBase = try number(base, default: defaultBase)
    var base = try fields.number("rope_theta") ?? besideBase
    var scaling = try fields.scaling(
      headWidth: fraction == nil ? headWidth : nil, blockSize: blockSize,
      isNested: kind != nil && self.layout == .hub)
    if hasFixedAlpha, case .dynamic = scaling, let alpha = try fields.number("alpha") {
      if headWidth > 2 { base *= pow(alpha, Double(headWidth) / Double(headWidth - 2)) }
      scaling = .none
    }
    let rotating: Double
    if fraction == nil, self.layout == .hub {
      // transformers rotates whole heads whatever the setting says, and fails where frequencies are scaled.
      let besides = try number("partial_rotary_factor", default: 1)
      let part = try fields.number("partial_rotary_factor") ?? besides
      guard part == 1 || scaling == .none || fields.isProportional else {
        throw failure(
          .invalid(
            key: "partial_rotary_factor", found: "\(part) beside scaled rotary positions", expected: "1"))
      }
      rotating = Double(headWidth)
    } else {
      let besides = try fraction.map { name throws(ModelError) in try number(name, default: defaultFraction) }
      rotating =
        Double(headWidth) * (try fields.number("partial_rotary_factor") ?? besides ?? defaultFraction)
    }
    try fields.finish()
    // Frequencies are of pairs, so transformers rotates two elements where the fraction is of one.
    let whole = Int(min(rotating, Double(headWidth) + 1))
    let width = whole == 1 ? 2 : whole
    guard width > 0, width % 2 == 0, width <= headWidth, base > 1 else {
      throw failure(.rotaryRange(base: base, elements: rotating, headWidth: headWidth))
    }
    if case .divided(let divisors, _) = scaling, divisors.count != width / 2 {
      throw failure("\(divisors.count) rotary factors of \(width / 2) pairs")
    }
    return RotarySettings(
      base: base, width: width, layout: layout,
      scaling: isDivided ? try divided(scaling, pairs: width / 2) : scaling)
  }

  /// The fields that hold.
  private func rotaryObject(_ kind: String?) throws(ModelError) -> JSONObject {
    func object(_ name: String) throws(ModelError) -> JSONObject {
      guard let value = self[name] else { return JSONObject() }
      guard let object = value.object else { throw invalid(name, value, "an object") }
      return object
    }
    let (scaling, parameters) = (try object("rope_scaling"), try object("rope_parameters"))
    guard let kind else { return scaling.names.isEmpty ? parameters : scaling }
    let kinds = ["full_attention", "sliding_attention"]
    guard parameters.names.allSatisfy(kinds.contains) else {
      throw failure(
        .unexpectedName(
          parameters.names.first { !kinds.contains($0) } ?? "", in: "rope_parameters",
          expected: "an entry for each of \(kinds.joined(separator: ", "))"))
    }
    let value = parameters[kind] ?? .null
    guard var entry = value == .null ? JSONObject() : value.object else {
      throw invalid("rope_parameters/\(kind)", value, "an object")
    }
    guard kind == kinds[0], !scaling.names.isEmpty else { return entry }
    guard scaling["rope_type"] != nil || scaling["type"] == nil else {
      throw failure(.formerName("type", in: "rope_scaling", expected: "rope_type"))
    }
    for name in scaling.names { entry[name] = scaling[name] }
    return entry
  }

  /// Scaling with the divisors that the file holds as a tensor.
  private func divided(_ scaling: RotaryTable.Scaling, pairs: Int) throws(ModelError) -> RotaryTable.Scaling {
    guard let rotaryDivisors else { return scaling }
    guard rotaryDivisors.count == pairs, rotaryDivisors.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw failure(
        .divisors(tensor: "rope_freqs.weight", count: rotaryDivisors.count, expected: pairs))
    }
    switch scaling {
    case .none: return .divided(by: rotaryDivisors, amplitude: rotaryAmplitude)
    case .linear(let factor): return .divided(by: rotaryDivisors.map { $0 * factor })
    default:
      throw failure(.scaledDivisors(tensor: "rope_freqs.weight"))
    }
  }
}

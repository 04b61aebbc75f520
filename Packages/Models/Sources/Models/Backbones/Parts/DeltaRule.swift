import Sharding
import TensorCore

/// A layer whose heads carry a matrix each, which they correct towards the values that keys stand for.
///
/// Every rank holds all of it.
///
/// - Parameters in a checkpoint: `in_proj_{q,k,v,z,b,a}`, `conv1d` over queries, keys and values, `dt_bias`, `A_log` `[heads]`,
///   `norm` `[value width]`, `out_proj`.
/// - Source: Yang, Kautz and Hatamizadeh 2024, *Gated Delta Networks*, §3; Qwen Team 2025, *Qwen3-Next*.
struct DeltaRulePart: HybridPart {
  /// The path of its parameters below the layer.
  var name = "linear_attn"
  /// Heads of values, and of queries and keys.
  var heads = 1
  var keyHeads = 1
  var keyWidth = 1
  var valueWidth = 1
  var taps = 1
  /// After the convolution.
  var activation = Activation.silu
  /// Whether heads of values that lie `keyHeads` apart share a head of keys, as in GGUF files, and not those side by side.
  var keysAlternate = false

  var keys: Int { keyHeads * keyWidth }
  var values: Int { heads * valueWidth }

  func make(_ place: HybridPlace) -> any HybridMixer { DeltaRule(self, place) }
}

private struct DeltaRule: HybridMixer {
  /// Added to the square of the length of queries and keys, which are divided by it.
  private static let lengthEpsilon = 1e-6

  private let plan: DeltaRulePart
  /// To queries, keys, values, gates, strengths and steps.
  private let inProjection: Linear
  private let convolution: CausalConvolution
  private let queryNorm: Norm
  private let keyNorm: Norm
  private let stepBias: Tensor
  private let decay: Tensor
  private let rule: GatedDeltaRule
  private let norm: Norm
  private let outProjection: Linear

  init(_ plan: DeltaRulePart, _ place: HybridPlace) {
    self.plan = plan
    let (own, mode) = (place.parameters.scoped(to: plan.name), place.mode)
    func axis(_ count: Int) -> ParameterAxis { .init(nil, count) }
    inProjection = Linear(
      [
        "in_proj_q": axis(plan.keys), "in_proj_k": axis(plan.keys), "in_proj_v": axis(plan.values),
        "in_proj_z": axis(plan.values), "in_proj_b": axis(plan.heads), "in_proj_a": axis(plan.heads),
      ], from: place.shape.embedAxis, bias: false, mode: mode, parameters: own)
    convolution = CausalConvolution(
      channels: 2 * plan.keys + plan.values, taps: plan.taps, bias: false, parameters: own)
    // A length is the root of the width times the root mean square; queries are divided by the root of the width once more.
    let width = Double(plan.keyWidth)
    func norm(_ gain: Double) -> Norm {
      Norm(
        gains: Tensor(Array(repeating: Float(gain), count: plan.keyWidth), shape: [plan.keyWidth]),
        epsilon: Self.lengthEpsilon / width)
    }
    (queryNorm, keyNorm) = (norm(1 / width), norm(1 / width.squareRoot()))
    stepBias = own.whole("dt_bias", [plan.heads])
    decay = own.decay("A_log", [plan.heads])
    rule = GatedDeltaRule(
      heads: plan.heads, keyHeads: plan.keysAlternate ? plan.heads : plan.keyHeads, keyWidth: plan.keyWidth,
      valueWidth: plan.valueWidth)
    self.norm = Norm(
      gains: own.whole("norm/weight", [plan.valueWidth]), epsilon: place.settings.epsilon)
    outProjection = Linear(
      ["out_proj": place.shape.embedAxis], from: axis(plan.values), bias: false, mode: mode, parameters: own)
  }

  var states: [LayerState] { [convolution.state, rule.state] }

  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, firstState first: Int, adding residual: Tensor?)
    throws -> Tensor
  {
    let (keys, values, heads) = (plan.keys, plan.values, plan.heads)
    let projected = try inProjection(rows, pass)
    let end = 2 * keys + values
    var convolved = convolution(RowPart(projected, columns: 0..<end), pass, layer: first)
      .activated(by: plan.activation)
    queryNorm.normalizeHeads(of: &convolved, columns: 0..<keys, headWidth: plan.keyWidth)
    keyNorm.normalizeHeads(of: &convolved, columns: keys..<2 * keys, headWidth: plan.keyWidth)
    let gates = projected.columns(end..<end + values)
    let strengths = projected.columns(end + values..<end + values + heads).sigmoid()
    var logarithms = projected.columns(end + values + heads..<end + values + 2 * heads)
    logarithms.addToEachRow(stepBias)
    logarithms = logarithms.softplus()
    logarithms.multiplyEachRow(by: decay)
    var result = rule(
      parts(convolved) + [RowPart(logarithms), RowPart(strengths)], in: pass.pages, layer: first + 1,
      segments: pass.segments, stored: pass.stored)
    norm.normalizeHeads(of: &result, columns: 0..<values, headWidth: plan.valueWidth)
    return try outProjection(gates.siluGated(result), pass, adding: residual)
  }

  /// Queries, keys and values as the rule reads them: each head of keys as often as heads of values ask for it.
  private func parts(_ convolved: Tensor) -> [RowPart] {
    guard plan.keysAlternate else { return [RowPart(convolved)] }
    let (keys, times) = (plan.keys, plan.heads / plan.keyHeads)
    return [0..<keys, keys..<2 * keys].flatMap { columns in
      Array(repeating: RowPart(convolved, columns: columns), count: times)
    } + [RowPart(convolved, columns: 2 * keys..<2 * keys + plan.values)]
  }
}

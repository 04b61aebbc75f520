import Sharding
import TensorCore

/// A layer whose heads carry a state each, with one decay for all channels of a head.
///
/// Every rank holds all of it.
///
/// - Parameters in a checkpoint: `in_proj` `[2 · channels + 2 · groups · states + heads, width]` (gate, x, B, C, step), `conv1d` over
///   x, B and C, `dt_bias`, `A_log`, `D` `[heads]`, `norm` `[channels]`, `out_proj` `[width, channels]`.
/// - Source: Dao and Gu 2024, *Transformers are SSMs*, §6 and §7.1.
struct Mamba2Part: HybridPart {
  /// What becomes of what the scan gives, besides the gate.
  enum GateNorm: Sendable, Equatable {
    case none
    /// Gated, then normalised in groups of channels.
    case after(epsilon: Double)
    /// Normalised in groups of channels, then gated.
    case before(epsilon: Double)
  }

  /// The path of its parameters below the layer.
  var name = "mixer"
  var heads = 1
  var headWidth = 1
  /// Groups of heads that share B and C.
  var groups = 1
  var states = 1
  var taps = 1
  /// Whether the projection to the layer has a bias.
  var bias = false
  var outputBias = false
  var convolutionBias = true
  /// After the convolution.
  var activation = Activation.silu
  var gateNorm = GateNorm.none
  /// What steps are cut off at.
  var stepLimits: ClosedRange<Float> = 0...Float.infinity
  /// Factors on the gate, x, B, C and the step; none where it is empty.
  var factors: [Float] = []

  var channels: Int { heads * headWidth }
  /// Columns of x, B and C.
  var convolved: Int { channels + 2 * groups * states }

  func make(_ place: HybridPlace) -> any HybridMixer { Mamba2(self, place) }
}

private struct Mamba2: HybridMixer {
  private let plan: Mamba2Part
  private let inProjection: Linear
  /// A factor for each output of the projection.
  private let factors: Tensor?
  private let convolution: CausalConvolution
  private let stepBias: Tensor
  private let scan: SelectiveScan
  /// Of each group of channels.
  private let norms: [Norm]
  private let outProjection: Linear

  init(_ plan: Mamba2Part, _ place: HybridPlace) {
    self.plan = plan
    let (own, mode) = (place.parameters.scoped(along: plan.name), place.mode)
    inProjection = Linear(
      ["in_proj": .init(nil, plan.channels + plan.convolved + plan.heads)], from: place.shape.embedAxis,
      bias: plan.bias, mode: mode, parameters: own)
    let widths = [
      plan.channels, plan.channels, plan.groups * plan.states, plan.groups * plan.states, plan.heads,
    ]
    factors =
      plan.factors.isEmpty
      ? nil
      : Tensor(
        zip(plan.factors, widths).flatMap { Array(repeating: $0, count: $1) }, shape: [widths.reduce(0, +)])
    convolution = CausalConvolution(
      channels: plan.convolved, taps: plan.taps, bias: plan.convolutionBias, parameters: own)
    stepBias = own.whole("dt_bias", [plan.heads])
    scan = SelectiveScan(
      headDecay: own.decay("A_log", [plan.heads]), skip: own.whole("D", [plan.heads]),
      headWidth: plan.headWidth, groups: plan.groups, states: plan.states)
    norms = plan.groupNorms(own)
    outProjection = Linear(
      ["out_proj": place.shape.embedAxis], from: .init(nil, plan.channels), bias: plan.outputBias,
      mode: mode, parameters: own)
  }

  var states: [LayerState] { [convolution.state, scan.state] }

  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, firstState first: Int, adding residual: Tensor?)
    throws -> Tensor
  {
    var projected = try inProjection(rows, pass)
    if let factors { projected.multiplyEachRow(by: factors) }
    let (channels, end) = (plan.channels, plan.channels + plan.convolved)
    let convolved = convolution(RowPart(projected, columns: channels..<end), pass, layer: first)
      .activated(by: plan.activation)
    var steps = projected.columns(end..<projected.width)
    steps.addToEachRow(stepBias)
    steps = steps.softplus()
    steps.clip(to: plan.stepLimits)
    let scanned = scan(
      [RowPart(convolved), RowPart(steps)], in: pass.pages, layer: first + 1, segments: pass.segments,
      stored: pass.stored)
    let gated = gated(scanned, by: projected.columns(0..<channels))
    return try outProjection(gated, pass, adding: residual)
  }

  private func gated(_ rows: Tensor, by gates: Tensor) -> Tensor {
    if case .before = plan.gateNorm { return gates.siluGated(normalized(rows)) }
    return normalized(gates.siluGated(rows))
  }

  private func normalized(_ rows: Tensor) -> Tensor {
    var rows = rows
    for (index, norm) in norms.enumerated() {
      let width = plan.channels / norms.count
      norm.normalizeHeads(of: &rows, columns: index * width..<(index + 1) * width, headWidth: width)
    }
    return rows
  }
}

extension Mamba2Part {
  fileprivate func groupNorms(_ parameters: ParameterReader) -> [Norm] {
    switch gateNorm {
    case .none: return []
    case .after(let epsilon), .before(let epsilon):
      let (gains, width) = (parameters.whole("norm/weight", [channels]), channels / groups)
      return (0..<groups).map { group in
        Norm(
          gains: gains.reshaped([groups, width]).rows(group..<group + 1).reshaped([width]), epsilon: epsilon)
      }
    }
  }
}

extension Tensor {
  /// Cuts every element off at both ends of a range, in place.
  fileprivate mutating func clip(to range: ClosedRange<Float>) {
    guard range != 0...Float.infinity else { return }
    withMutableElements { elements in
      for index in elements.indices {
        elements[index] = min(max(elements[index], range.lowerBound), range.upperBound)
      }
    }
  }
}

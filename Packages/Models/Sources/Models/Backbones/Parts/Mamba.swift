import Sharding
import TensorCore

/// A layer whose channels carry a state each, of which the input selects what stays.
///
/// Every rank holds all of it.
///
/// - Parameters in a checkpoint: `in_proj` `[2 · channels, width]`, `conv1d` `[channels, 1, taps]`, `x_proj`
///   `[rank + 2 · states, channels]`, `dt_proj` `[channels, rank]` with a bias, `A_log` `[channels, states]`, `D` `[channels]`,
///   `out_proj` `[width, channels]`; of Jamba also norms of the step, B and C.
/// - Source: Gu and Dao 2023, *Mamba*, §3.4 and algorithm 2.
struct MambaPart: HybridPart, Equatable {
  /// Norms of the low-rank step, of B, and of C.
  enum StepNorms: Sendable, Equatable {
    case none
    /// Without gains, as in Falcon Mamba.
    case bare(epsilon: Double)
    /// `dt_layernorm`, `b_layernorm`, `c_layernorm`, as in Jamba.
    case own(epsilon: Double)
  }

  /// The path of its parameters below the layer.
  var name = "mixer"
  var channels = 1
  var states = 1
  /// Elements of a step before it is widened to channels.
  var rank = 1
  var taps = 1
  var bias = false
  var convolutionBias = true
  /// After the convolution.
  var activation = Activation.silu
  var norms = StepNorms.none

  func make(_ place: HybridPlace) -> any HybridMixer { Mamba(self, place) }
}

private struct Mamba: HybridMixer {
  private let plan: MambaPart
  private let inProjection: Linear
  private let convolution: CausalConvolution
  /// To the step, B and C.
  private let selection: Linear
  private let stepProjection: Linear
  private let scan: SelectiveScan
  private let outProjection: Linear
  private let norms: [(norm: Norm, columns: Range<Int>)]

  init(_ plan: MambaPart, _ place: HybridPlace) {
    self.plan = plan
    let (own, mode) = (place.parameters.scoped(along: plan.name), place.mode)
    let channels = ParameterAxis(nil, plan.channels)
    func linear(_ name: String, _ output: Int, from input: ParameterAxis, bias: Bool = false) -> Linear {
      Linear([name: .init(nil, output)], from: input, bias: bias, mode: mode, parameters: own)
    }
    inProjection = linear("in_proj", 2 * plan.channels, from: place.shape.embedAxis, bias: plan.bias)
    convolution = CausalConvolution(
      channels: plan.channels, taps: plan.taps, bias: plan.convolutionBias, parameters: own)
    selection = linear("x_proj", plan.rank + 2 * plan.states, from: channels)
    stepProjection = linear("dt_proj", plan.channels, from: .init(nil, plan.rank), bias: true)
    scan = SelectiveScan(
      channelDecay: own.decay("A_log", [plan.channels, plan.states]), skip: own.whole("D", [plan.channels]))
    outProjection = Linear(
      ["out_proj": place.shape.embedAxis], from: channels, bias: plan.bias, mode: mode, parameters: own)
    norms = plan.stepNorms(own)
  }

  var states: [LayerState] { [convolution.state, scan.state] }

  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, firstState first: Int, adding residual: Tensor?)
    throws -> Tensor
  {
    let channels = plan.channels
    let projected = try inProjection(rows, pass)
    let x = convolution(RowPart(projected, columns: 0..<channels), pass, layer: first)
      .activated(by: plan.activation)
    var selected = try selection(x, pass)
    for (norm, columns) in norms {
      norm.normalizeHeads(of: &selected, columns: columns, headWidth: columns.count)
    }
    let step = try stepProjection(selected.columns(0..<plan.rank), pass).softplus()
    let scanned = scan(
      [RowPart(x), RowPart(selected, columns: plan.rank..<selected.width), RowPart(step)], in: pass.pages,
      layer: first + 1, segments: pass.segments, stored: pass.stored)
    let gates = projected.columns(channels..<2 * channels)
    return try outProjection(gates.siluGated(scanned), pass, adding: residual)
  }
}

extension MambaPart {
  fileprivate func stepNorms(_ parameters: ParameterReader) -> [(norm: Norm, columns: Range<Int>)] {
    let ranges = [0..<rank, rank..<rank + states, rank + states..<rank + 2 * states]
    switch norms {
    case .none: return []
    case .bare(let epsilon):
      return ranges.map { (Norm(unitGainsOver: $0.count, epsilon: epsilon), $0) }
    case .own(let epsilon):
      return zip(["dt_layernorm", "b_layernorm", "c_layernorm"], ranges).map { name, range in
        (
          Norm(
            .rootMeanSquare(), width: range.count, epsilon: epsilon, parameters: parameters.scoped(to: name)),
          range
        )
      }
    }
  }
}

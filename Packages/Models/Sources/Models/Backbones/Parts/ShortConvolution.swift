import Sharding
import TensorCore

/// A convolution over the last few positions between two gates that the input makes.
///
/// Every rank holds all of it.
///
/// - Parameters in a checkpoint: `in_proj` `[3 · width, width]` (B, C, x), `conv` `[width, 1, taps]`, `out_proj`.
/// - Source: Liquid AI 2025, *LFM2 Technical Report*, §2.
struct ShortConvolutionPart: HybridPart {
  /// The path of its parameters below the layer.
  var name = "conv"
  var taps: Int
  var bias: Bool

  func make(_ place: HybridPlace) -> any HybridMixer { ShortConvolution(self, place) }
}

private struct ShortConvolution: HybridMixer {
  private let width: Int
  private let inProjection: Linear
  private let convolution: CausalConvolution
  private let outProjection: Linear

  init(_ plan: ShortConvolutionPart, _ place: HybridPlace) {
    let (own, mode, axis) = (
      place.parameters.scoped(to: plan.name), place.mode, place.shape.embedAxis
    )
    width = place.shape.width
    inProjection = Linear(
      ["in_proj": .init(nil, 3 * width)], from: axis, bias: plan.bias, mode: mode, parameters: own)
    convolution = CausalConvolution(
      "conv", channels: width, taps: plan.taps, bias: plan.bias, parameters: own)
    outProjection = Linear(["out_proj": axis], from: axis, bias: plan.bias, mode: mode, parameters: own)
  }

  var states: [LayerState] { [convolution.state] }

  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, firstState first: Int, adding residual: Tensor?)
    throws -> Tensor
  {
    let projected = try inProjection(rows, pass)
    func part(_ index: Int) -> Tensor { projected.columns(index * width..<(index + 1) * width) }
    let convolved = convolution(RowPart(part(0).multiplied(elementwiseBy: part(2))), pass, layer: first)
    return try outProjection(part(1).multiplied(elementwiseBy: convolved), pass, adding: residual)
  }
}

public import Configurate
import Sharding
import TensorCore

/// Causal multi-head self-attention without rotary positions; ``RotaryAttention`` has them.
///
/// - Shape: rows `[tokens, width]` in and out; heads of `width / heads`.
/// - Parameters in a checkpoint: `c_attn/kernel` `[width, 3 * width]` (queries, keys, values; inside each, head after
///   head), `c_proj/kernel` `[width, width]`, and `c_attn/bias`, `c_proj/bias` if `architecture/bias`.
/// - Source: Vaswani et al. 2017, *Attention Is All You Need*, §3.2.
public struct SelfAttention: Module {
  public struct Configuration: Settings {
    @Setting("architecture/n_embd", atMost: SizeLimits.width, help: "Width of the embedding")
    public var width = 2048
    @Setting("architecture/n_layers", atMost: SizeLimits.layers, help: "Number of transformer blocks")
    public var layers = 32
    @Setting(
      "architecture/n_head", atMost: SizeLimits.width,
      help: "Number of attention heads, which divides the width")
    public var heads = 16
    @Setting("architecture/block_size", atMost: SizeLimits.positions, help: "Longest sequence in tokens")
    public var blockSize = 512
    @Setting("architecture/bias", help: "Give linear maps and norms a bias")
    public var bias = true
    @Setting("architecture/dropout", help: "Part of activations dropped in training, from 0 to below 1")
    public var dropout = 0.0
    @Setting("architecture/rope", help: "Rotary positions, in place of learned ones")
    public var rope = true
    public init() {}

    var headWidth: Int { width / heads }
  }

  private let qkvProjection: Linear
  private let outputProjection: Linear
  private let headWidth: Int
  private let dropout: Float

  init(_ settings: Configuration, mode: ComputeMode, parameters: ParameterReader) {
    headWidth = settings.headWidth
    dropout = Float(settings.dropout)
    let width = ParameterAxis(.embed, settings.width)
    qkvProjection = Linear(
      ["c_attn": .init(.attention, 3 * settings.width, parts: 3, unit: settings.headWidth)], from: width,
      layout: .kernel, bias: settings.bias, mode: mode, parameters: parameters)
    outputProjection = Linear(
      ["c_proj": width], from: .init(.embedOut, settings.width, unit: settings.headWidth), layout: .kernel,
      bias: settings.bias, initializer: .residual(layers: settings.layers), mode: mode, parameters: parameters
    )
  }

  public static func components() -> [any Module.Type] { [] }

  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, layer: Int, adding residual: Tensor) throws
    -> Tensor
  {
    try attend(rows, pass, layer: layer, rotary: nil, adding: residual)
  }

  /// - Parameters:
  ///   - rotary: What rotates queries and keys; `nil` for none.
  ///   - residual: What the result is added to.
  func attend(
    _ rows: Tensor, _ pass: ForwardPass, layer: Int, rotary: RotaryTable?, adding residual: Tensor
  ) throws -> Tensor {
    var projected = try qkvProjection(rows, pass)  // [tokens, 3 * this rank's width]
    let width = qkvProjection.outputs[0] / 3
    let columns = AttentionColumns(
      queries: 0..<width, keys: width..<2 * width, values: 2 * width..<3 * width)
    if let rotary {
      projected.rotate(columns: 0..<2 * width, headWidth: headWidth, by: rotary, at: pass.positions)
    }
    let scale = 1 / Float(headWidth).squareRoot()
    pass.intermediates?.recordAttention(
      projected, columns, pass, layer: layer, scale: scale, window: nil)
    let attended = projected.attending(
      columns, in: pass.pages, layer: layer, segments: pass.segments, stored: pass.stored, scale: scale,
      window: nil)
    return try outputProjection(
      pass.droppingOut(attended, rate: dropout, site: .block(layer, place: 1)), pass,
      dropout: (dropout, .block(layer, place: 2)), adding: residual)
  }
}

public import Configurate
import TensorCore

/// One transformer block, normalised before each half: attention, then the feed-forward network, both added on.
///
/// - Shape: rows `[tokens, width]` in and out.
/// - Parameters in a checkpoint: `ln_1`, `attn`, `ln_2`, `mlp`.
/// - Source: Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*, §2.3.
public struct Block: Module {
  public struct Configuration: Settings {
    public var norm = LayerNorm.Configuration()
    public var attention = SelfAttention.Configuration()
    public var mlp = MLP.Configuration()
    public init() {}
  }

  /// The attention that `architecture/rope` asks for.
  private enum Attention {
    case plain(SelfAttention)
    case rotary(RotaryAttention)

    init(
      _ settings: SelfAttention.Configuration, rotary: RotaryTable?, mode: ComputeMode,
      parameters: ParameterReader
    ) {
      if let rotary {
        self = .rotary(RotaryAttention(settings, rotary: rotary, mode: mode, parameters: parameters))
      } else {
        self = .plain(SelfAttention(settings, mode: mode, parameters: parameters))
      }
    }

    func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, layer: Int, adding residual: Tensor) throws
      -> Tensor
    {
      switch self {
      case .plain(let attention): try attention(rows, pass, layer: layer, adding: residual)
      case .rotary(let attention): try attention(rows, pass, layer: layer, adding: residual)
      }
    }
  }

  private let index: Int
  private let attentionNorm: LayerNorm
  private let attention: Attention
  private let mlpNorm: LayerNorm
  private let mlp: MLP

  init(
    _ settings: Configuration, index: Int, rotary: RotaryTable?, mode: ComputeMode,
    parameters: ParameterReader
  ) {
    self.index = index
    attentionNorm = LayerNorm(settings.norm, parameters: parameters.scoped(to: "ln_1"))
    attention = Attention(
      settings.attention, rotary: rotary, mode: mode, parameters: parameters.scoped(to: "attn"))
    mlpNorm = LayerNorm(settings.norm, parameters: parameters.scoped(to: "ln_2"))
    mlp = MLP(settings.mlp, mode: mode, parameters: parameters.scoped(to: "mlp"))
  }

  public static func components() -> [any Module.Type] {
    [LayerNorm.self, SelfAttention.self, RotaryAttention.self, MLP.self]
  }

  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass) throws -> Tensor {
    let attended = try attention(attentionNorm(rows), pass, layer: index, adding: rows)
    return try mlp(mlpNorm(attended), pass, layer: index, adding: attended)
  }
}

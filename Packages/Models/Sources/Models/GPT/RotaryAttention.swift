import TensorCore

/// ``SelfAttention`` whose queries and keys rotate by their positions: the attention of a GPT with `architecture/rope`.
///
/// - Shape: rows `[tokens, width]` in and out; heads of an even `width / heads`.
/// - Parameters in a checkpoint: those of ``SelfAttention``.
/// - Source: Su et al. 2021, *RoFormer*, eq. 34, in the layout that pairs element j with j + head width / 2.
public struct RotaryAttention: Module {
  public typealias Configuration = SelfAttention.Configuration

  private let attention: SelfAttention
  private let rotary: RotaryTable

  /// - Parameter rotary: The table of the whole model, so that it exists once.
  init(_ settings: Configuration, rotary: RotaryTable, mode: ComputeMode, parameters: ParameterReader) {
    attention = SelfAttention(settings, mode: mode, parameters: parameters)
    self.rotary = rotary
  }

  public static func components() -> [any Module.Type] { [] }

  /// - Parameter residual: What the result is added to.
  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, layer: Int, adding residual: Tensor) throws
    -> Tensor
  {
    try attention.attend(rows, pass, layer: layer, rotary: rotary, adding: residual)
  }
}

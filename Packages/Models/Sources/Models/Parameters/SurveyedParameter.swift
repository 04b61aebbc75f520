public import Sharding
public import TensorCore

/// A parameter that a model asks for, and who holds what of it.
public struct SurveyedParameter: Sendable, Equatable {
  /// Such as `blocks_0/mlp/c_proj/kernel`.
  public let path: String
  public let axes: [ParameterAxis]
  /// In the order of ranks.
  public let slices: [TensorSlice]
  /// How a quantised matrix is stored that stays in its blocks; `nil` for all others.
  public let blocks: BlockFormat?
}

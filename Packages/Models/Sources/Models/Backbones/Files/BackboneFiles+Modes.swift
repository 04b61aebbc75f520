public import TensorCore

extension BackboneFiles {
  /// The modes in which products with these weights can be computed: those of integers only where matrices stay in quantised
  /// blocks.
  ///
  /// - Parameter types: How parameters are kept.
  public func modes(_ types: NumericTypes) -> [ComputeMode] {
    ComputeMode.allCases.filter { mode in
      var types = types
      types.activation = ActivationType(mode)
      return (try? check(types)) != nil
    }
  }
}

extension ActivationType {
  /// The type that stands for a mode.
  public init(_ mode: ComputeMode) {
    self =
      switch mode {
      case .float32: .float32
      case .bfloat16: .bfloat16
      case .int16: .int16
      case .int8: .int8
      }
  }
}

import TensorCore
import Weights

extension BackboneFiles {
  /// How products with these weights are computed unless the settings name a mode: `int16` where matrices stay in quantised
  /// blocks, `float32` where one is float32 or is decoded to it, else `bfloat16`. It depends on the files only, so that one
  /// command gives the same bits on every machine.
  public var usualActivation: ActivationType {
    if holdsBlocks { return .int16 }
    let matrices = source.names.filter { (source.shape(of: $0)?.count ?? 0) > 1 }
    return matrices.allSatisfy(source.isHalf) ? .bfloat16 : .float32
  }

  /// The same number types with a mode by its name, where these files decide: of `auto`, ``usualActivation``; `bfloat16`
  /// where parameters are rounded to 16 bits when they are read.
  public func named(_ types: NumericTypes) -> NumericTypes {
    var types = types
    if types.activation == .auto {
      types.activation = types.parameter == .float32 ? usualActivation : .bfloat16
    }
    return types
  }

  /// Refuses number types that mean nothing for these files.
  ///
  /// - Throws: ``ModelError`` for integers where no weight is quantised, or none stays so.
  func check(_ types: NumericTypes) throws(ModelError) {
    guard types.activation.mode.isInteger else { return }
    guard types.parameter == .float32 else {
      throw ModelError(
        .outOfRange(
          key: "architecture/dtype/param", found: types.parameter.rawValue,
          expected: "float32, since '\(types.activation.rawValue)' multiplies quantised weights as they are"))
    }
    guard holdsBlocks else {
      throw ModelError(
        .outOfRange(
          key: "architecture/dtype/activation", found: types.activation.rawValue,
          expected: "bfloat16 or float32, since none of the weights stays in blocks of integers"))
    }
  }

  private var holdsBlocks: Bool {
    weights.names.contains { name in
      if case .blocks(let format)? = weights.storage(of: name) { !format.isOfFloats } else { false }
    }
  }

  /// Quantised forms whose weights are decoded to float32 when they are read, not kept in their blocks, in the order of
  /// their names.
  public var decodedFormats: [String] {
    let titles = weights.names.compactMap { name in
      if case .decoded(let title)? = weights.storage(of: name) { title } else { nil }
    }
    return Set(titles).sorted()
  }
}

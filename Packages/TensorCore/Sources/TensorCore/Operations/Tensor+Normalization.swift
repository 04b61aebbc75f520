internal import CKernels

extension Tensor {
  /// Centers each row and scales it to unit variance, then applies a learned weight and bias.
  ///
  ///     y = (x − mean) / √(variance + epsilon) · weight + bias
  ///
  /// - Shape: `self` `[…, D]`, `weight` and `bias` `[D]`, result `[…, D]`.
  /// - Parameter epsilon: An addend to the variance (of the population: divided by D), in units of x².
  /// - Returns: A new tensor, within the bound of `tc_layer_norm_fn` of exact arithmetic: a few units of 2⁻²⁴ of the
  ///   terms that were added.
  /// - Precondition: All are float32 of these shapes, D ≥ 1.
  /// - Source: Ba, Kiros, Hinton 2016, *Layer Normalization*, eq. 4.
  public func layerNormalized(weight: Tensor, bias: Tensor?, epsilon: Float) -> Tensor {
    requireUnrecorded()
    let width = self.width
    precondition(
      !shape.isEmpty && width > 0 && weight.shape == [width] && (bias == nil || bias?.shape == [width]),
      "layerNormalized: x \(shape) needs weight and bias [\(width)], got \(weight.shape), \(String(describing: bias?.shape))"
    )
    let x = aligned()
    let weight = weight.aligned()
    let bias = bias?.aligned()
    let y = Tensor(undefined: shape)
    let kernel = InstructionSet.current.kernels.rows.pointee.layer_norm!
    withExtendedLifetime((x, weight, bias, y)) {
      let from = x.floatAddress
      let gain = weight.floatAddress
      let shift = bias?.floatAddress
      let to = y.floatAddress
      inParallel(rowCount, grain: grainOfRows) { rows in
        let first = rows.lowerBound * width
        kernel(
          from.floats(first), gain.floats(), shift?.floats(), to.mutableFloats(first), rows.count, width,
          epsilon)
      }
    }
    return y
  }

  /// Scales each row to unit root mean square, then by a learned weight.
  ///
  ///     y = x / √(mean of x² + epsilon) · weight
  ///
  /// - Shape: `self` `[…, D]`, `weight` `[D]`, result `[…, D]`.
  /// - Parameter epsilon: A positive addend to the mean square, in units of x².
  /// - Returns: A new tensor; each element within (D / 32 + 7) · 2⁻²⁴ of exact arithmetic, relatively.
  /// - Precondition: Both are float32 of these shapes, D ≥ 1.
  /// - Source: Zhang and Sennrich 2019, *Root Mean Square Layer Normalization*, eq. 4.
  public func rmsNormalized(weight: Tensor, epsilon: Float) -> Tensor {
    requireUnrecorded()
    let width = self.width
    precondition(
      !shape.isEmpty && width > 0 && weight.shape == [width],
      "rmsNormalized: x \(shape) needs weight [\(width)], got \(weight.shape)")
    let x = aligned()
    let weight = weight.aligned()
    let y = Tensor(undefined: shape)
    let kernel = InstructionSet.current.kernels.rows.pointee.rms_norm!
    withExtendedLifetime((x, weight, y)) {
      let from = x.floatAddress
      let gain = weight.floatAddress
      let to = y.floatAddress
      inParallel(rowCount, grain: grainOfRows) { rows in
        let first = rows.lowerBound * width
        kernel(
          from.floats(first), width, gain.floats(), to.mutableFloats(first), width, rows.count, width, epsilon
        )
      }
    }
    return y
  }

  /// ``rmsNormalized(weight:epsilon:)`` of every head in a range of columns, in place: the norm of queries and keys.
  ///
  /// - Shape: `self` `[tokens, width]`; `columns` a whole number of heads; `weight` `[headWidth]`.
  /// - Source: Yang et al. 2025, *Qwen3 Technical Report*, §2 (QK-Norm); Henry et al. 2020.
  public mutating func rmsNormalizeHeads(columns: Range<Int>, headWidth: Int, weight: Tensor, epsilon: Float)
  {
    requireUnrecorded()
    precondition(
      holds(columns, ofHeads: headWidth) && weight.shape == [headWidth],
      "rmsNormalizeHeads: columns \(columns) of x \(shape), heads of \(headWidth), weight \(weight.shape)")
    let weight = weight.aligned()
    let width = self.width
    let heads = columns.count / headWidth
    makeUnique()
    let kernel = InstructionSet.current.kernels.rows.pointee.rms_norm!
    withExtendedLifetime((self, weight)) {
      let x = floatAddress
      let gain = weight.floatAddress
      inParallel(rowCount, grain: grainOfRows) { rows in
        for row in rows {
          let head = x.mutableFloats(row * width + columns.lowerBound)
          kernel(head, headWidth, gain.floats(), head, headWidth, heads, headWidth, epsilon)
        }
      }
    }
  }

  /// ``layerNormalized(weight:bias:epsilon:)`` of every head in a range of columns, in place: the norm of queries and keys.
  ///
  /// - Shape: `self` `[tokens, width]`; `columns` a whole number of heads; `weight` and `bias` `[headWidth]`, shared by
  ///   all heads, or `[columns]`, one for each.
  /// - Source: Dehghani et al. 2023, *Scaling Vision Transformers to 22 Billion Parameters*, §2 (QK-Norm).
  public mutating func layerNormalizeHeads(
    columns: Range<Int>, headWidth: Int, weight: Tensor, bias: Tensor?, epsilon: Float
  ) {
    requireUnrecorded()
    let isShared = weight.shape == [headWidth]
    precondition(
      holds(columns, ofHeads: headWidth) && (isShared || weight.shape == [columns.count])
        && (bias == nil || bias?.shape == weight.shape),
      "layerNormalizeHeads: columns \(columns) of x \(shape), heads of \(headWidth), weight \(weight.shape)")
    let (weight, bias) = (weight.aligned(), bias?.aligned())
    let width = self.width
    makeUnique()
    let kernel = InstructionSet.current.kernels.rows.pointee.layer_norm!
    withExtendedLifetime((self, weight, bias)) {
      let (x, gain, shift) = (floatAddress, weight.floatAddress, bias?.floatAddress)
      inParallel(rowCount, grain: grainOfRows) { rows in
        for row in rows {
          for column in stride(from: 0, to: columns.count, by: headWidth) {
            let head = x.mutableFloats(row * width + columns.lowerBound + column)
            let own = isShared ? 0 : column
            kernel(head, gain.floats(own), shift?.floats(own), head, 1, headWidth, epsilon)
          }
        }
      }
    }
  }

  /// Whether this is `[tokens, width]` and `columns` are some of its columns, a whole number of heads.
  func holds(_ columns: Range<Int>, ofHeads headWidth: Int) -> Bool {
    shape.count == 2 && columns.lowerBound >= 0 && columns.upperBound <= width && headWidth > 0
      && columns.count % headWidth == 0
  }
}

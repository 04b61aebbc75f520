import TensorCore

extension Tensor {
  /// Cuts every element off at `limit` on both sides of zero, in place; NaN stays.
  mutating func clip(to limit: Float) {
    withMutableElements { elements in
      for index in elements.indices {
        if elements[index] > limit { elements[index] = limit }
        if elements[index] < -limit { elements[index] = -limit }
      }
    }
  }
}

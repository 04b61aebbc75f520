internal import CKernels

/// The settings of one update of Adam.
public struct AdamUpdate: Sendable, Equatable {
  /// The learning rate.
  public var rate: Double
  /// What the running mean of gradients keeps of itself.
  public var beta1: Double
  /// What the running mean of their squares keeps of itself.
  public var beta2: Double
  /// Added to the root that a step is divided by.
  public var epsilon: Double
  /// Decoupled: a part of the parameter itself, times the rate.
  public var decay: Double
  /// How many updates there were before this one.
  public var count: Int

  /// - Precondition: `count` is not negative, and both betas are in `0 ..< 1`.
  public init(rate: Double, beta1: Double, beta2: Double, epsilon: Double, decay: Double, count: Int) {
    self.rate = rate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.decay = decay
    self.count = count
  }
}

extension Tensor {
  /// Updates this parameter and its moments in place, in float32.
  ///
  ///     m = β₁ m + (1 − β₁) g          v = β₂ v + (1 − β₂) g²
  ///     x = x − rate (m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε) + decay x)          t = count + 1
  ///
  /// - Precondition: All have this tensor's shape.
  /// - Source: Kingma and Ba 2014, *Adam*, algorithm 1; Loshchilov and Hutter 2017, *Decoupled Weight Decay
  ///   Regularization*, algorithm 2.
  public mutating func apply(
    _ update: AdamUpdate, gradient: Tensor, firstMoment: inout Tensor, secondMoment: inout Tensor
  ) {
    requireUnrecorded()
    precondition(
      gradient.shape == shape && firstMoment.shape == shape && secondMoment.shape == shape,
      "Adam: parameter \(shape), gradient \(gradient.shape), moments \(firstMoment.shape), \(secondMoment.shape)"
    )
    makeUnique()
    firstMoment.makeUnique()
    secondMoment.makeUnique()
    let gradient = gradient.aligned()
    let settings = tc_adam(update)
    let kernel = InstructionSet.current.kernels.gradients.pointee.adam!
    withExtendedLifetime((self, gradient, firstMoment, secondMoment)) {
      let (x, g) = (floatAddress, gradient.floatAddress)
      let (m, v) = (firstMoment.floatAddress, secondMoment.floatAddress)
      inParallel(count, grain: 1 << 14) { range in
        let first = range.lowerBound
        withUnsafePointer(to: settings) { settings in
          kernel(
            x.mutableFloats(first), g.floats(first), m.mutableFloats(first), v.mutableFloats(first), settings,
            range.count)
        }
      }
    }
  }
}

extension tc_adam {
  fileprivate init(_ update: AdamUpdate) {
    func correction(_ beta: Double) -> Float { Float(1 / (1 - beta.power(update.count) * beta)) }
    self.init(
      rate: Float(update.rate), beta1: Float(update.beta1), beta2: Float(update.beta2),
      epsilon: Float(update.epsilon), decay: Float(update.decay), first_correction: correction(update.beta1),
      second_correction: correction(update.beta2))
  }
}

extension Double {
  /// The number times itself so often, by squaring: libraries of C differ in the last digit of `pow`.
  fileprivate func power(_ exponent: Int) -> Double {
    var (result, square, left) = (1.0, self, exponent)
    while left > 0 {
      if left & 1 == 1 { result *= square }
      square *= square
      left >>= 1
    }
    return result
  }
}

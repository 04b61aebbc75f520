public import Models
public import TensorCore

/// Adam with decoupled weight decay, on gradients clipped together.
///
/// - Source: Loshchilov and Hutter 2017, *Decoupled Weight Decay Regularization*, algorithm 2.
public struct AdamW: Optimizer {
  /// What an update follows besides gradients and the learning rate.
  public struct Rules: Sendable, Equatable {
    /// Of the running mean of gradients: what it keeps.
    public var beta1 = 0.9
    /// Of the running mean of their squares.
    public var beta2 = 0.95
    /// Added to the root of that mean.
    public var epsilon = 1e-8
    /// Per update and unit of the learning rate.
    public var decay = 0.1
    /// Whether biases and the weights of norms decay too, as in the original system.
    public var decaysVectors = false
    /// The most that the gradients' norm may be.
    public var largestNorm = 1.0

    public init() {}
  }

  private let rules: Rules
  private var moments: [String: AdamMoments] = [:]
  public private(set) var updates = 0

  public init(_ rules: Rules = Rules()) { self.rules = rules }

  public mutating func update(
    _ parameters: [ReadParameter], by gradients: consuming Gradients, rate: Double
  ) {
    gradients.clip(parameters, to: rules.largestNorm)
    for parameter in parameters {
      guard let gradient = gradients[parameter.parameter] else { continue }
      let isVector = parameter.axes.count < 2
      let update = AdamUpdate(
        rate: rate, beta1: rules.beta1, beta2: rules.beta2, epsilon: rules.epsilon,
        decay: isVector && !rules.decaysVectors ? 0 : rules.decay, count: updates)
      moments[parameter.path, default: AdamMoments(gradient.shape)].apply(update, parameter, gradient)
    }
    updates += 1
  }

  public var state: [String: Tensor] { AdamMoments.state(of: moments) }

  public mutating func restore(_ state: [String: Tensor], updates: Int, of parameters: [ReadParameter])
    throws(TrainingError)
  {
    var reader = StateReader(state)
    var moments: [String: AdamMoments] = [:]
    for parameter in parameters { moments[parameter.path] = try AdamMoments(&reader, parameter) }
    try reader.finish()
    (self.moments, self.updates) = (moments, updates)
  }
}

/// What Adam remembers of one parameter's gradients: their running mean, and that of their squares.
struct AdamMoments: Sendable {
  private var first: Tensor
  private var second: Tensor

  init(_ shape: [Int]) {
    first = Tensor(zeros: shape)
    second = Tensor(zeros: shape)
  }

  init(_ reader: inout StateReader, _ parameter: ReadParameter) throws(TrainingError) {
    let shape = parameter.parameter.tensor.shape
    first = try reader.tensor("\(parameter.path)/first_moment", shape: shape)
    second = try reader.tensor("\(parameter.path)/second_moment", shape: shape)
  }

  static func state(of moments: [String: AdamMoments]) -> [String: Tensor] {
    var state: [String: Tensor] = [:]
    for (path, moments) in moments {
      state["\(path)/first_moment"] = moments.first
      state["\(path)/second_moment"] = moments.second
    }
    return state
  }

  mutating func apply(_ update: AdamUpdate, _ parameter: ReadParameter, _ gradient: Tensor) {
    parameter.parameter.update { tensor in
      tensor.apply(update, gradient: gradient, firstMoment: &first, secondMoment: &second)
    }
  }
}

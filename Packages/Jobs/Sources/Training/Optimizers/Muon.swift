public import Models
public import TensorCore

/// Momentum whose update of a matrix is made orthogonal; everything else by Adam, each group at a rate of its own.
///
/// - Source: Jordan et al. 2024, *Muon: An optimizer for hidden layers in neural networks*; the iteration's coefficients:
///   Amsel et al. 2025, *The Polar Express*, §4; the step that evens out variance: Li et al. 2025, *NorMuon*, algorithm 1.
public struct Muon: Optimizer {
  /// What a parameter is, which says how it is updated.
  public enum Group: String, Sendable, CaseIterable {
    case matrix, embedding, unembedding, scalar

    /// By the path and the number of axes, as in the original system.
    init(_ parameter: ReadParameter) {
      let path = parameter.path.lowercased()
      self =
        if parameter.axes.count < 2 { .scalar } else if path.contains("lm_head") || path.contains("unembed") {
          .unembedding
        } else if ["embed", "wte", "wpe"].contains(where: path.contains) { .embedding } else { .matrix }
    }
  }

  /// What an update follows besides gradients and the learning rate.
  public struct Rules: Sendable, Equatable {
    /// What the learning rate is multiplied by.
    public var rates: [Group: Double] = [.matrix: 1, .embedding: 15, .unembedding: 0.2, .scalar: 25]
    /// Of the running mean of gradients: what it keeps.
    public var momentum = 0.95
    /// Of the running mean of squares that evens out variance.
    public var beta2 = 0.95
    /// Of Adam, for all but matrices.
    public var adamBeta1 = 0.8
    public var adamBeta2 = 0.95
    public var adamEpsilon = 1e-10
    /// Of matrices, where it does not work against the update.
    public var decay = 0.0
    /// The most that the norm of each group's gradients but the matrices' may be.
    public var largestNorm = 1.0

    public init() {}
  }

  private let rules: Rules
  private var moments: [String: AdamMoments] = [:]
  private var matrices: [String: MatrixMomentum] = [:]
  public private(set) var updates = 0

  public init(_ rules: Rules = Rules()) { self.rules = rules }

  public mutating func update(
    _ parameters: [ReadParameter], by gradients: consuming Gradients, rate: Double
  ) {
    for (group, members) in Dictionary(grouping: parameters, by: Group.init) {
      let rate = rate * (rules.rates[group] ?? 1)
      if group != .matrix { gradients.clip(members, to: rules.largestNorm) }
      let adam = AdamUpdate(
        rate: rate, beta1: rules.adamBeta1, beta2: rules.adamBeta2, epsilon: rules.adamEpsilon, decay: 0,
        count: updates)
      for parameter in members {
        guard let gradient = gradients[parameter.parameter] else { continue }
        let (path, shape) = (parameter.path, gradient.shape)
        if group == .matrix {
          matrices[path, default: MatrixMomentum(shape)].apply(parameter, gradient, rules, rate: rate)
        } else {
          moments[path, default: AdamMoments(shape)].apply(adam, parameter, gradient)
        }
      }
    }
    updates += 1
  }

  public var state: [String: Tensor] {
    matrices.reduce(into: AdamMoments.state(of: moments)) { state, matrix in
      state["\(matrix.key)/momentum"] = matrix.value.momentum
      state["\(matrix.key)/variance"] = matrix.value.variance
    }
  }

  public mutating func restore(_ state: [String: Tensor], updates: Int, of parameters: [ReadParameter])
    throws(TrainingError)
  {
    var reader = StateReader(state)
    var moments: [String: AdamMoments] = [:]
    var matrices: [String: MatrixMomentum] = [:]
    for parameter in parameters {
      if Group(parameter) == .matrix {
        matrices[parameter.path] = try MatrixMomentum(&reader, parameter)
      } else {
        moments[parameter.path] = try AdamMoments(&reader, parameter)
      }
    }
    try reader.finish()
    (self.moments, self.matrices, self.updates) = (moments, matrices, updates)
  }
}

/// What Muon remembers of a matrix, and its update.
struct MatrixMomentum: Sendable {
  private(set) var momentum: Tensor
  /// The running mean of squares of each row, or of each column of a wide matrix.
  private(set) var variance: Tensor

  init(_ shape: [Int]) {
    momentum = Tensor(zeros: shape)
    variance = Tensor(zeros: [max(shape[0], shape[1])])
  }

  init(_ reader: inout StateReader, _ parameter: ReadParameter) throws(TrainingError) {
    let shape = parameter.parameter.tensor.shape
    momentum = try reader.tensor("\(parameter.path)/momentum", shape: shape)
    variance = try reader.tensor("\(parameter.path)/variance", shape: [max(shape[0], shape[1])])
  }

  mutating func apply(_ parameter: ReadParameter, _ gradient: Tensor, _ rules: Muon.Rules, rate: Double) {
    let (rows, columns) = (gradient.shape[0], gradient.shape[1])
    let kept = Float(rules.momentum)
    momentum.scale(by: kept)
    var share = gradient
    share.scale(by: 1 - kept)
    momentum.add(share)
    var step = momentum  // Nesterov's: one step further along the mean
    step.scale(by: kept)
    step.add(share)
    step = step.orthogonalized()
    step.scale(by: max(1, Float(rows) / Float(columns)).squareRoot())
    evenOut(&step, Float(rules.beta2))
    let (rate, decay) = (Float(rate), Float(rules.decay))
    let elements = step.floats
    parameter.parameter.update { tensor in
      tensor.withMutableElements { x in
        for i in elements.indices {
          let held = elements[i] * x[i] >= 0 ? decay * x[i] : 0
          x[i] -= rate * (elements[i] + held)
        }
      }
    }
  }

  /// Divides each row, or each column of a wide matrix, by the root of its mean square's running mean; the norm stays.
  private mutating func evenOut(_ step: inout Tensor, _ kept: Float) {
    let (rows, columns) = (step.shape[0], step.shape[1])
    let isTall = rows >= columns
    let norm = step.sumOfSquares.squareRoot()
    let elements = step.floats
    var squares = [Float](repeating: 0, count: max(rows, columns))
    for row in 0..<rows {
      for column in 0..<columns {
        let element = elements[row * columns + column]
        squares[isTall ? row : column] += element * element
      }
    }
    let length = Float(min(rows, columns))
    let factors = variance.withMutableElements { variance in
      squares.indices.map { line in
        variance[line] = kept * variance[line] + (1 - kept) * squares[line] / length
        return 1 / max(variance[line], 1e-10).squareRoot()
      }
    }
    step.withMutableElements { step in
      for row in 0..<rows {
        for column in 0..<columns { step[row * columns + column] *= factors[isTall ? row : column] }
      }
    }
    let evened = step.sumOfSquares.squareRoot()
    if evened > 0 { step.scale(by: Float(norm / evened)) }
  }
}

extension Tensor {
  /// Coefficients of x ↦ a x + b x³ + c x⁵, one line for each step.
  private static let coefficients: [(a: Float, b: Float, c: Float)] = [
    (8.156554524902461, -22.48329292557795, 15.878769915207462),
    (4.042929935166739, -2.808917465908714, 0.5000178451051316),
    (3.8916678022926607, -2.772484153217685, 0.5060648178503393),
    (3.285753657755655, -2.3681294933425376, 0.46449024233003106),
    (2.3465413258596377, -1.7097828382687081, 0.42323551169305323),
  ]

  /// A matrix near U Vᵀ, where this one is U S Vᵀ.
  ///
  /// - Source: Amsel et al. 2025, *The Polar Express: Optimal Matrix Sign Methods*, algorithm 1.
  func orthogonalized() -> Tensor {
    let isTall = shape[0] >= shape[1]
    var x = self
    x.scale(by: Float(1 / (sumOfSquares.squareRoot() * 1.02 + 1e-6)))
    for (a, b, c) in Self.coefficients {
      // On the smaller side: X (b A + c A²) with A = Xᵀ X, or (b A + c A²) X with A = X Xᵀ.
      let square = x.matrixProduct(x, transposingSelf: isTall, transposingOther: !isTall)
      var polynomial = square.matrixProduct(square)
      polynomial.scale(by: c)
      var linear = square
      linear.scale(by: b)
      polynomial.add(linear)
      let rest = isTall ? x.matrixProduct(polynomial) : polynomial.matrixProduct(x)
      x.scale(by: a)
      x.add(rest)
    }
    return x
  }
}

public import Sharding
import TensorCore

extension LogicalAxis {
  /// The experts of a mixture.
  public static let experts: LogicalAxis = "n_experts"
}

/// Sends the rows of a pass to experts.
///
/// Its product is in float32 in every mode: a rounded operand could send a row elsewhere. Every rank has all of it, and
/// finds the same routes.
///
/// - Parameters in a checkpoint: `weight` `[experts, width]`, and where there are such `bias` and the correction, `[experts]`.
public struct Router: Sendable {
  /// How the router's parameters are called.
  public struct Names: Sendable, Equatable {
    /// The map, below it `weight`, and `bias` where it has one.
    public var map: String
    public var hasBias = false
    /// What is added to scores when experts are chosen; `nil` without.
    public var correction: String?
    /// The shape of the correction, where it is not `[experts]`.
    public var correctionShape: [Int]?

    public init(_ map: String, hasBias: Bool = false, correction: String? = nil) {
      self.map = map
      self.hasBias = hasBias
      self.correction = correction
    }
  }

  let rules: Routing
  private let weight: LinearWeight
  private let correction: [Float]

  /// - Parameter parameters: A reader above the map.
  public init(_ rules: Routing, _ names: Names, from width: ParameterAxis, parameters: ParameterReader) {
    self.rules = rules
    let axis = ParameterAxis(nil, rules.experts)
    let own = parameters.scoped(to: names.map)
    let weight = own.parameter("weight", [axis, width], initializer: .normal(deviation: 0.02))
    let bias = names.hasBias ? own.parameter("bias", [axis], initializer: .zeros) : nil
    let fits = weight.count > 0 && bias?.count != 0
    let part =
      fits ? LinearWeight.Part(weight, bias: bias) : LinearWeight.Part(Parameter(Tensor(zeros: [1, 1])))
    self.weight = LinearWeight(freezing: [part], orientation: .outputsByInner, mode: .float32)
    correction =
      names.correction.map { name in
        parameters.parameter(name, names.correctionShape ?? [rules.experts], initializer: .zeros).tensor
          .floats
      } ?? []
  }

  /// Where the rows go.
  func routes(of rows: Tensor) -> Routes {
    let logits = rows.multiplied(by: weight, mode: .float32).floats
    var routes = Routes(experts: rules.experts)
    for row in 0..<rows.rowCount {
      let own = logits[row * rules.experts..<(row + 1) * rules.experts]
      let (experts, weights) = rules.choice(own, correction: correction)
      for (expert, weight) in zip(experts, weights) {
        routes.rows[expert].append(Int32(row))
        routes.weights[expert].append(weight)
      }
    }
    return routes
  }
}

/// For each expert the rows that chose it, in order, and how much it counts for each.
struct Routes {
  var rows: [[Int32]]
  var weights: [[Float]]

  init(experts: Int) {
    rows = Array(repeating: [], count: experts)
    weights = Array(repeating: [], count: experts)
  }
}

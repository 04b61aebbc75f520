import Foundation
import Sharding
import TensorCore

/// A feed-forward half that is many networks, of which each row uses a few, and perhaps one that all use.
///
/// - Shape: rows `[tokens, width]` in and out.
/// - Source: Shazeer et al. 2017, *Outrageously Large Neural Networks*, §2; Dai et al. 2024, *DeepSeekMoE*, §3.2 (shared
///   experts).
struct MixtureOfExperts: FeedForward {
  /// What the architectures differ in.
  struct Configuration: Sendable, Equatable {
    var routing = Routing(experts: 1, active: 1)
    var router = Router.Names("gate")
    var experts = Experts.Names.separate("experts")
    /// The width inside an expert.
    var hidden = 1
    var gate = Experts.Gate.plain(.silu)
    /// Whether weights are factors on what experts read, else on what they give.
    var weighsInput = false
    var shared: Shared?

    /// A network that every row uses.
    struct Shared: Sendable, Equatable {
      var name: String
      var hidden: Int
      var bias = false
      /// The map to one number, whose sigmoid is a factor on the network's result; `nil` without. Its weight is `[1, width]`.
      var gate: String?
    }
  }

  private let router: Router
  private let experts: Experts
  private let shared: SharedExpert?
  private let weighsInput: Bool

  /// - Parameter parameters: A reader above the router.
  init(_ settings: Configuration, shape: DecoderShape, mode: ComputeMode, parameters: ParameterReader) {
    weighsInput = settings.weighsInput
    router = Router(settings.routing, settings.router, from: shape.embedAxis, parameters: parameters)
    experts = Experts(
      settings.experts, count: settings.routing.experts, hidden: settings.hidden, from: shape.embedAxis,
      gate: settings.gate, mode: mode, parameters: parameters)
    let activation: Activation = if case .plain(let activation) = settings.gate { activation } else { .silu }
    shared = settings.shared.map {
      SharedExpert($0, shape: shape, activation: activation, mode: mode, parameters: parameters)
    }
  }

  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, adding residual: Tensor?) throws -> Tensor {
    var result = try experts(rows, router.routes(of: rows), weighsInput: weighsInput, pass)
    if let shared { result.add(try shared(rows, pass)) }
    if let residual { result.add(residual) }
    return result
  }
}

/// The network of a mixture that every row uses.
private struct SharedExpert: Sendable {
  private let network: GatedFeedForward
  private let gate: LinearWeight?

  init(
    _ settings: MixtureOfExperts.Configuration.Shared, shape: DecoderShape, activation: Activation,
    mode: ComputeMode, parameters: ParameterReader
  ) {
    var own = shape
    own.hidden = settings.hidden
    network = GatedFeedForward(
      own, activation: activation, bias: settings.bias, mode: mode,
      parameters: parameters.scoped(to: settings.name))
    gate = settings.gate.map { name in
      let axes = [.init(nil, 1), shape.embedAxis]
      let read = parameters.parameter(name + "/weight", axes, initializer: .zeros).tensor
      let weight = read.count > 0 ? read : Tensor(zeros: [1, 1])
      return LinearWeight(
        freezing: [.init(Parameter(weight))], orientation: .outputsByInner, mode: .float32)
    }
  }

  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass) throws -> Tensor {
    var result = try network(rows, pass, adding: nil)
    if let gate {
      let logits = rows.multiplied(by: gate, mode: .float32).floats
      result.scaleRows(by: logits.map { Float(1 / (1 + exp(-Double($0)))) })
    }
    return result
  }
}

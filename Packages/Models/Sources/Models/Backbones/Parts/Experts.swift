import Sharding
import TensorCore

/// The networks of a mixture, of which each rank holds a run.
///
/// Rows that chose an expert go through it together, in packed products, and what comes out is added to them in the order of
/// experts. So a row's bits depend on that row alone.
struct Experts: Sendable {
  /// How the weights of experts are called and laid out; all have the axis of experts first.
  struct Names: Sendable, Equatable {
    /// Gate and up, or one that holds both.
    var up: [String]
    var down: String
    /// Biases of the same, `[experts, outputs]`; none without.
    var upBiases: [String] = []
    var downBias: String?
    /// Which of the two last axes comes first.
    var orientation = PackedMatrix.Orientation.outputsByInner
    /// Whether gate and up alternate, where one weight holds both.
    var isInterleaved = false

    init(up: [String], down: String) {
      self.up = up
      self.down = down
    }

    /// Three weights `[experts, outputs, inner]`, and their biases.
    static func separate(
      _ scope: String, gate: String = "gate_proj", up: String = "up_proj", down: String = "down_proj",
      bias: Bool = false
    ) -> Names {
      let paths = [gate, up, down].map { "\(scope)/\($0)" }
      var names = Names(up: ["\(paths[0])/weight", "\(paths[1])/weight"], down: "\(paths[2])/weight")
      guard bias else { return names }
      names.upBiases = ["\(paths[0])/bias", "\(paths[1])/bias"]
      names.downBias = "\(paths[2])/bias"
      return names
    }
  }

  /// What joins the two halves of a network.
  enum Gate: Sendable, Equatable {
    /// activation(gate) ⊙ up.
    case plain(Activation)
    /// gate · sigmoid(alpha · gate) ⊙ (up + 1), where gate is at most `limit` and up within it on both sides.
    case clamped(alpha: Float, limit: Float)
  }

  private let up: [LinearWeight]
  private let down: [LinearWeight]
  private let gate: Gate
  private let isInterleaved: Bool
  private let shards: Int
  private let path: String

  /// - Parameters:
  ///   - count: How many experts there are, on all ranks.
  ///   - hidden: The width inside an expert.
  ///   - width: The axis of the residual stream.
  init(
    _ names: Names, count: Int, hidden: Int, from width: ParameterAxis, gate: Gate, mode: ComputeMode,
    parameters: ParameterReader
  ) {
    let reader = ExpertReader(names, count: count, hidden: hidden, width: width, parameters: parameters)
    let isGated = if case .plain = gate { true } else { false }
    up = reader.up.map {
      LinearWeight(freezing: $0, orientation: names.orientation, isGated: isGated, mode: mode)
    }
    down = reader.down.map { LinearWeight(freezing: [$0], orientation: names.orientation, mode: mode) }
    self.gate = gate
    isInterleaved = names.isInterleaved
    shards = parameters.shards(of: .experts)
    path = parameters.scoped(to: names.down).path
  }

  /// The sum of what the chosen experts make of each row.
  ///
  /// - Parameter weighsInput: Whether weights are factors on what experts read, else on what they give.
  func callAsFunction(_ rows: Tensor, _ routes: Routes, weighsInput: Bool, _ pass: ForwardPass) throws
    -> Tensor
  {
    let first = shards > 1 ? pass.communicator.rank * up.count : 0
    var sum = Tensor(zeros: rows.shape)
    for index in up.indices {
      let (places, weights) = (routes.rows[first + index], routes.weights[first + index])
      guard !places.isEmpty else { continue }
      var own = rows.gatheringRows(places)
      if weighsInput { own.scaleRows(by: weights) }
      let result = hidden(own, index, pass).multiplied(by: down[index], mode: pass.mode)
      let factors = weighsInput ? Array(repeating: 1, count: weights.count) : weights
      sum.addRows(result, times: factors, to: places)
    }
    if shards > 1 { try pass.communicator.allReduce(&sum, named: path) }
    return sum
  }

  private func hidden(_ rows: Tensor, _ index: Int, _ pass: ForwardPass) -> Tensor {
    switch gate {
    case .plain(let activation): rows.gated(by: up[index], mode: pass.mode, activation: activation)
    case .clamped(let alpha, let limit):
      rows.multiplied(by: up[index], mode: pass.mode)
        .clampedGate(alpha: alpha, limit: limit, isInterleaved: isInterleaved)
    }
  }
}

/// Reads what the experts of this rank are made of.
private struct ExpertReader {
  private(set) var up: [[LinearWeight.Part]] = []
  private(set) var down: [LinearWeight.Part] = []

  init(
    _ names: Experts.Names, count: Int, hidden: Int, width: ParameterAxis, parameters: ParameterReader
  ) {
    let experts = ParameterAxis(.experts, count)
    let inside = ParameterAxis(nil, hidden)
    let joined = names.up.count == 1 ? ParameterAxis(nil, 2 * hidden) : inside
    func weights(_ name: String, _ outputs: ParameterAxis, _ inner: ParameterAxis) -> [Parameter] {
      let axes = names.orientation == .outputsByInner ? [outputs, inner] : [inner, outputs]
      return parameters.matrices(name, [experts] + axes, initializer: .normal(deviation: 0.02))
    }
    func bias(_ name: String, _ outputs: ParameterAxis) -> Tensor {
      parameters.parameter(name, [experts, outputs], initializer: .zeros).tensor
    }
    let upWeights = names.up.map { weights($0, joined, width) }
    let downWeights = weights(names.down, width, inside)
    let upBiases = names.upBiases.map { bias($0, joined) }
    let downBias = names.downBias.map { bias($0, width) }
    // What does not fit is empty; the reader has recorded it, and throws when the model is made.
    guard (upWeights + [downWeights]).allSatisfy({ !$0.isEmpty }),
      (upBiases + [downBias].compactMap(\.self)).allSatisfy({ $0.count > 0 })
    else {
      return
    }
    let splits = names.up.count == 1 && !names.isInterleaved
    for index in downWeights.indices {
      var parts = upWeights.map { $0[index] }
      var biases = upBiases.map { $0.element(index) }
      if splits {
        parts = parts[0].halves(ofAxis: names.orientation == .outputsByInner ? 0 : 1)
        biases = biases.flatMap { $0.halves(ofAxis: 0) }
      }
      up.append(
        parts.enumerated().map { place, part in
          LinearWeight.Part(part, bias: biases.isEmpty ? nil : Parameter(biases[place]))
        })
      down.append(.init(downWeights[index], bias: downBias.map { Parameter($0.element(index)) }))
    }
  }
}

extension Parameter {
  /// Both halves of the first axis, or of the second.
  fileprivate func halves(ofAxis axis: Int) -> [Parameter] {
    guard axis == 0, let blocks else { return tensor.halves(ofAxis: axis).map { Parameter($0) } }
    let half = blocks.shape[0] / 2
    return [Parameter(blocks.rows(0..<half)), Parameter(blocks.rows(half..<2 * half))]
  }
}

extension Tensor {
  /// One index of the first axis, without that axis.
  fileprivate func element(_ index: Int) -> Tensor {
    rows(index..<index + 1).reshaped(Array(shape.dropFirst()))
  }

  /// Both halves of the first axis, or of the second.
  fileprivate func halves(ofAxis axis: Int) -> [Tensor] {
    let half = shape[axis] / 2
    return axis == 0
      ? [rows(0..<half), rows(half..<2 * half)] : [columns(0..<half), columns(half..<2 * half)]
  }
}

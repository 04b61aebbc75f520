import JobsTesting
import Models
import Sharding
import TensorCore
import Testing

@testable import Training

/// Six updates of two micro-batches each, as the original system made them.
@Suite("Optimisers", .enabled(if: Fixtures.exist, Comment(rawValue: Fixtures.reason)))
struct OptimizerTests {
  private static let microBatches = 2

  private struct Model {
    let gpt: GPT
    let parameters: [ReadParameter]

    init(_ file: FixtureFile) throws {
      let reader = ParameterReader(MemorySource(try file.parameters(in: "params0")), rules: GPT.sharding)
      gpt = try GPT(file.settings, parameters: reader)
      try reader.finish()
      parameters = reader.parameters
    }

    /// The mean loss of a step's micro-batches, and the gradients of that mean.
    func step(_ step: Int, of file: FixtureFile, count: Int = microBatches) throws -> (Double, Gradients) {
      var gradients = Gradients()
      var loss = 0.0
      for index in step * count..<(step + 1) * count {
        let found = try gpt.crossEntropy(
          file.batch("x", index: index), targets: file.batch("y", index: index),
          paddingMask: file.mask("padding_mask", index: index), tape: Tape())
        found.backpropagate(scale: 1 / Float(found.count * count), into: &gradients)
        loss += found.mean / Double(count)
      }
      return (loss, gradients)
    }
  }

  private static var adam: AdamW {
    var rules = AdamW.Rules()
    rules.decaysVectors = true  // the original's defect
    return AdamW(rules)
  }

  /// Whether it is the key bias of a lowest rotary frequency: keys that all move the same way change no attention weight,
  /// so that its gradient, 1e-6, is what is left of terms of 1e-3 that cancel. Float32 leaves 6e-10 of rounding in it, which
  /// Adam divides by its size; Muon's rate for vectors, 25 times the matrices', makes 5e-5 of that in six updates.
  private static func cancels(_ path: String, _ index: Int) -> Bool {
    path.hasSuffix("attn/c_attn/bias") && [19, 23, 27, 31].contains(index)
  }

  @Test("Optimizers follow the original system for six updates", arguments: ["adamw", "muon"])
  func sixUpdates(name: String) throws {
    let file = try FixtureFile("train_steps")
    let model = try Model(file)
    var optimizer: any Optimizer = name == "muon" ? Muon() : Self.adam
    let (losses, norms) = (try file.floats(name + "/loss"), try file.floats(name + "/grad_norm"))
    let rates = try file.floats(name + "/lr")
    for step in 0..<6 {
      let (loss, gradients) = try model.step(step, of: file)
      #expect(abs(loss - Double(losses[step])) < 2e-5, "loss of update \(step)")
      #expect(
        abs(gradients.norm(of: model.parameters) - Double(norms[step])) < 2e-5 * Double(norms[step]) + 2e-6)
      optimizer.update(model.parameters, by: gradients, rate: Double(rates[step]))
      guard [0, 5].contains(step) else { continue }
      let expected = try file.parameters(in: "\(name)/params_after_\(step + 1)")
      #expect(expected.count == model.parameters.count)
      for parameter in model.parameters {
        let found = parameter.parameter.tensor.floats
        let right = expected[parameter.path]!.floats
        let tried = found.indices.filter { name == "adamw" || !Self.cancels(parameter.path, $0) }
        #expect(
          worst(tried.map { found[$0] }, tried.map { right[$0] }) < 2e-5, "\(parameter.path), update \(step)")
        #expect(worst(found, right) < 1e-4, "\(parameter.path), update \(step)")
      }
    }
    #expect(optimizer.updates == 6)
  }

  @Test(
    "An optimizer resumes from a state as if nothing had happened, and reports what does not fit",
    arguments: ["adamw", "muon"])
  func restores(name: String) throws {
    let file = try FixtureFile("train_steps")
    var bits: [[[UInt32]]] = []
    for interrupted in [false, true] {
      let model = try Model(file)
      var optimizer: any Optimizer = name == "muon" ? Muon() : Self.adam
      for step in 0..<4 {
        if interrupted, step == 2 {
          var fresh: any Optimizer = name == "muon" ? Muon() : Self.adam
          try fresh.restore(optimizer.state, updates: optimizer.updates, of: model.parameters)
          var state = optimizer.state
          let removed = try #require(state.keys.sorted().first)
          state[removed] = nil
          #expect(throws: TrainingError.self) {
            try fresh.restore(state, updates: 2, of: model.parameters)
          }
          state = optimizer.state
          state["stray"] = Tensor(zeros: [1])
          #expect(throws: TrainingError(.strayState(tensor: "stray"))) {
            try fresh.restore(state, updates: 2, of: model.parameters)
          }
          optimizer = fresh
        }
        optimizer.update(model.parameters, by: try model.step(step, of: file).1, rate: 1e-3)
      }
      bits.append(model.parameters.map { $0.parameter.tensor.floats.map(\.bitPattern) })
    }
    #expect(bits[0] == bits[1])
  }

  @Test("Vectors do not decay unless the settings ask for it")
  func vectors() throws {
    let file = try FixtureFile("train_steps")
    let model = try Model(file)
    let before = model.parameters.map(\.parameter.tensor.floats)
    var optimizer = AdamW()
    var nothing = Gradients()
    for parameter in model.parameters {
      nothing[parameter.parameter] = Tensor(zeros: parameter.parameter.tensor.shape)
    }
    optimizer.update(model.parameters, by: nothing, rate: 0.5)
    for (parameter, before) in zip(model.parameters, before) {
      let factor: Float = parameter.axes.count < 2 ? 1 : 1 - 0.5 * 0.1
      #expect(worst(parameter.parameter.tensor.floats, before.map { $0 * factor }) < 1e-6)
    }
  }
}

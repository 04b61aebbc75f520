import TensorCoreTesting
import Testing

@testable import TensorCore

@Suite("Linear weight")
struct LinearWeightTests {
  @Test("A weight is packed once a form, and again after an update of any part")
  func packsOnDemand() {
    let parts = [
      Parameter(Tensor([1.0, 2, 3], shape: [1, 3])), Parameter(Tensor([4.0, 5, 6], shape: [1, 3])),
    ]
    let weight = LinearWeight(parts.map { .init($0) }, orientation: .outputsByInner)
    #expect(weight.outputs == [1, 1] && weight.inner == 3 && !weight.isFrozen && !weight.hasBias)
    let first = weight.packed(mode: .float32)
    #expect(first === weight.packed(mode: .float32))
    #expect(first !== weight.packed(mode: .bfloat16))
    let x = Tensor([7.0, 8, 9], shape: [1, 3])
    #expect(x.multiplied(by: weight, mode: .float32).floats == [50, 122])
    parts[1].update(Tensor([0.0, 0, 1], shape: [1, 3]))
    #expect(x.multiplied(by: weight, mode: .float32).floats == [50, 9])
    #expect(first.multiply(x).floats == [50, 122])
  }

  @Test("An updated weight is packed where the earlier version was, if nothing else holds that")
  func packsInPlace() {
    let parameter = Parameter(Tensor([1.0, 2, 3, 4, 5, 6], shape: [2, 3]))
    let weight = LinearWeight([.init(parameter)], orientation: .outputsByInner)
    let x = Tensor([1.0, 0, 1], shape: [1, 3])
    for version in 1...3 {
      parameter.update { $0.scale(by: 2) }
      #expect(x.multiplied(by: weight, mode: .float32).floats == [4, 10].map { $0 * Float(1 << version) })
    }
  }

  @Test("A frozen weight has the same numbers and no parameter", arguments: ComputeMode.allCases)
  func freezes(mode: ComputeMode) {
    var random = SeededGenerator(seed: 1)
    weak var master: Parameter?
    let x = Tensor(random.floats(4 * 9), shape: [4, 9])
    var frozen: LinearWeight?
    var expected: [Float] = []
    do {
      let parts = [5, 3].map { outputs in
        LinearWeight.Part(
          Parameter(Tensor(random.floats(outputs * 9), shape: [outputs, 9])),
          bias: Parameter(Tensor(random.floats(outputs), shape: [outputs])))
      }
      master = parts[0].weight
      frozen = LinearWeight(freezing: parts, orientation: .outputsByInner, mode: mode)
      let held = LinearWeight(parts, orientation: .outputsByInner)
      expected = x.multiplied(by: held, mode: mode, activation: .silu).floats
    }
    #expect(master == nil)
    #expect(x.multiplied(by: frozen!, mode: mode, activation: .silu).floats == expected)
  }

  @Test("A gated product has the bits of two products", arguments: [false, true])
  func gates(hasBias: Bool) {
    var random = SeededGenerator(seed: 2)
    let x = Tensor(random.floats(6 * 9), shape: [6, 9])
    let parts = (0..<2).map { _ in
      LinearWeight.Part(
        Parameter(Tensor(random.floats(33 * 9), shape: [33, 9])),
        bias: hasBias ? Parameter(Tensor(random.floats(33), shape: [33])) : nil)
    }
    let alone = parts.map { part in
      x.multiplied(by: LinearWeight([part], orientation: .outputsByInner), mode: .float32)
    }
    let expected = alone[0].siluGated(alone[1]).floats
    let held = LinearWeight(parts, orientation: .outputsByInner, isGated: true)
    let frozen = LinearWeight(freezing: parts, orientation: .outputsByInner, isGated: true, mode: .float32)
    #expect(x.gated(by: held, mode: .float32, activation: .silu).floats == expected)
    #expect(x.gated(by: frozen, mode: .float32, activation: .silu).floats == expected)
    let table = Parameter(x)
    let recorded = table.rows([0, 1, 2, 3, 4, 5], tape: Tape())
    #expect(recorded.gated(by: held, mode: .float32, activation: .silu).floats == expected)
  }

  /// Against the sums as they are written, in float64; a sum of forty float32 terms is within 1e-5 of the largest.
  @Test("A weight of several parts has a gradient for each, in the order of the parameter")
  func gradients() {
    var random = SeededGenerator(seed: 3)
    let (rows, inner, sizes) = (11, 7, [6, 4, 4])
    let x = random.floats(rows * inner)
    // The last part's two pairs of outputs change places.
    let parts = sizes.enumerated().map { index, outputs in
      LinearWeight.Part(
        Parameter(Tensor(random.floats(outputs * inner), shape: [outputs, inner])),
        bias: Parameter(Tensor(random.floats(outputs), shape: [outputs])),
        order: index == 2 ? [2..<4, 0..<2] : nil)
    }
    let order = Array(0..<10) + [12, 13, 10, 11]  // product column to row of all weights
    let weight = LinearWeight(parts, orientation: .outputsByInner)
    let all = parts.flatMap(\.weight.tensor.floats)
    let biases = parts.flatMap { $0.bias!.tensor.floats }
    let seed = random.floats(rows * 14)
    let tape = Tape()
    let table = Parameter(Tensor(x, shape: [rows, inner]))
    let y = table.rows((0..<Int32(rows)).map { $0 }, tape: tape).multiplied(by: weight, mode: .float32)
    for row in 0..<rows {
      for (column, output) in order.enumerated() {
        let sum = (0..<inner).reduce(Double(biases[output])) {
          $0 + Double(x[row * inner + $1]) * Double(all[output * inner + $1])
        }
        #expect(abs(Double(y.floats[row * 14 + column]) - sum) < 1e-5)
      }
    }
    var gradients = Gradients()
    tape.run(from: y.node!, seed: Tensor(seed, shape: y.shape), into: &gradients)
    func expectClose(_ found: [Float], _ expected: [Double]) {
      #expect(
        found.count == expected.count && zip(found, expected).allSatisfy { abs(Double($0) - $1) < 1e-5 })
    }
    var byRows = [Double](repeating: 0, count: rows * inner)
    var byWeight = [Double](repeating: 0, count: 14 * inner)
    var byBias = [Double](repeating: 0, count: 14)
    for row in 0..<rows {
      for (column, output) in order.enumerated() {
        let g = Double(seed[row * 14 + column])
        byBias[output] += g
        for i in 0..<inner {
          byRows[row * inner + i] += g * Double(all[output * inner + i])
          byWeight[output * inner + i] += g * Double(x[row * inner + i])
        }
      }
    }
    expectClose(gradients[table]!.floats, byRows)
    expectClose(parts.flatMap { gradients[$0.weight]!.floats }, byWeight)
    expectClose(parts.flatMap { gradients[$0.bias!]!.floats }, byBias)
  }

  @Test("A frozen weight refuses recorded rows")
  func refusal() async {
    await #expect(processExitsWith: .failure) {
      let parameter = Parameter(Tensor(zeros: [2, 2]))
      let weight = LinearWeight(freezing: [.init(parameter)], orientation: .outputsByInner, mode: .float32)
      _ = parameter.rows([0], tape: Tape()).multiplied(by: weight, mode: .float32)
    }
  }
}

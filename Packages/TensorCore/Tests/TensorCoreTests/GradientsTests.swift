import CKernels
import Foundation
import TensorCoreTesting
import Testing

@testable import TensorCore

/// Backward kernels and the tape, against central differences of float64 references.
///
/// A central difference with step h is off by h² f''' / 6 and by 2⁻⁵³ f / h: with h = 1e-5 and values near one, by about
/// 1e-10, so bounds are those of float32 alone: 1e-5 of the largest gradient covers sums of a hundred terms, each rounded
/// a few times.
@Suite("gradients")
struct GradientsTests {
  /// Weights of a test's loss, Σ wᵢ yᵢ: the gradient that its result is given.
  func loss(_ y: [Double], _ seed: [Float]) -> Double {
    zip(y, seed).reduce(0) { $0 + $1.0 * Double($1.1) }
  }

  func differences(at x: [Float], of f: ([Double]) -> Double) -> [Double] {
    let point = x.map(Double.init)
    return x.indices.map { index in
      var (up, down) = (point, point)
      up[index] += 1e-5
      down[index] -= 1e-5
      return (f(up) - f(down)) / 2e-5
    }
  }

  func expectClose(
    _ found: [Float], _ expected: [Double], _ share: Double = 1e-5,
    location: SourceLocation = #_sourceLocation
  ) {
    let largest = expected.map(abs).max() ?? 0
    let bounds = expected.map { _ in share * largest + 1e-9 }
    #expect(worstShare(of: bounds, found, expected) <= 1, sourceLocation: location)
  }

  /// Gives `operation` recorded copies of `inputs` and goes back from its result with `seed`.
  ///
  /// An input is made recorded by an embedding of all its rows: its gradient is that of the table.
  func backward(_ inputs: [Tensor], seed: [Float], _ operation: ([Tensor]) -> Tensor) -> [[Float]] {
    let tape = Tape()
    let tables = inputs.map { Parameter($0) }
    let result = operation(tables.map { $0.rows((0..<Int32($0.tensor.shape[0])).map { $0 }, tape: tape) })
    var gradients = Gradients()
    tape.run(from: result.node!, seed: Tensor(seed, shape: result.shape), into: &gradients)
    return tables.map { gradients[$0]?.floats ?? [] }
  }

  @Test("The gradients of norms agree with central differences", arguments: [1, 3, 16, 37], [true, false])
  func norms(width: Int, centers: Bool) {
    var random = SeededGenerator(seed: UInt64(width))
    let rows = 300  // more than one run of sums
    let (x, weight, bias) = (
      random.floats(rows * width, in: -2...2), random.floats(width, in: 0.5...1.5), random.floats(width)
    )
    let seed = random.floats(rows * width)
    let (gain, shift) = (Parameter(Tensor(weight, shape: [width])), Parameter(Tensor(bias, shape: [width])))
    let tape = Tape()
    let table = Parameter(Tensor(x, shape: [rows, width]))
    let recorded = table.rows((0..<Int32(rows)).map { $0 }, tape: tape)
    let y =
      centers
      ? recorded.layerNormalized(weight: gain, bias: shift, epsilon: 1e-3)
      : recorded.rmsNormalized(weight: gain, epsilon: 1e-3)
    var gradients = Gradients()
    tape.run(from: y.node!, seed: Tensor(seed, shape: y.shape), into: &gradients)
    func row(_ index: Int, _ x: [Double], _ weight: [Float]) -> Double {
      let y =
        centers
        ? Reference.layerNorm(x, weight: weight, bias: bias, epsilon: 1e-3)
        : Reference.rmsNorm(x, weight: weight, epsilon: 1e-3)
      return loss(y, Array(seed[index * width..<(index + 1) * width]))
    }
    var expected: [Double] = []
    for index in 0..<rows {
      expected += differences(at: Array(x[index * width..<(index + 1) * width])) { row(index, $0, weight) }
    }
    if width > 1 || !centers { expectClose(gradients[table]!.floats, expected) }
    // y is linear in the weight.
    let byWeight = (0..<width).map { column in
      var unit = [Float](repeating: 0, count: width)
      unit[column] = 1
      return (0..<rows).reduce(0.0) { sum, index in
        let part = x[index * width..<(index + 1) * width].map(Double.init)
        return sum + row(index, part, unit) - row(index, part, unit.map { _ in 0 })
      }
    }
    expectClose(gradients[gain]!.floats, byWeight, 1e-4)
    guard centers else { return }
    let byBias = (0..<width).map { column in
      (0..<rows).reduce(0.0) { $0 + Double(seed[$1 * width + column]) }
    }
    expectClose(gradients[shift]!.floats, byBias)
  }

  @Test("The gradients of activations agree with central differences", arguments: [1, 15, 16, 100])
  func activations(count: Int) {
    var random = SeededGenerator(seed: 5)
    let x = random.floats(count, in: -6...6)
    let seed = random.floats(count)
    let cases: [((Tensor) -> Tensor, (Double) -> Double)] = [
      ({ $0.gelu(.tanh) }, Reference.geluTanh), ({ $0.gelu(.erf) }, Reference.geluErf),
      ({ $0.silu() }, Reference.silu), ({ $0.relu() }, { max($0, 0) }),
      ({ $0.reluSquared() }, { max($0, 0) * max($0, 0) }),
    ]
    for (operation, reference) in cases {
      let found = backward([Tensor(x, shape: [1, count])], seed: seed) { operation($0[0]) }
      expectClose(found[0], differences(at: x) { loss($0.map(reference), seed) })
    }
  }

  @Test("The gradients of activations are finite at the ends of their range")
  func extremes() {
    let x: [Float] = [-1e30, -1e4, -90, 0, 90, 1e4]
    for operation in [{ (x: Tensor) in x.gelu(.tanh) }, { $0.gelu(.erf) }, { $0.silu() }] {
      let found = backward([Tensor(x, shape: [1, x.count])], seed: x.map { _ in 1 }) { operation($0[0]) }
      #expect(found[0] == [0, 0, 0, 0.5, 1, 1])
    }
  }

  @Test("The gradients of gates and sums agree with central differences")
  func gates() {
    var random = SeededGenerator(seed: 6)
    let (a, b, seed) = (random.floats(33, in: -3...3), random.floats(33), random.floats(33))
    let inputs = [Tensor(a, shape: [3, 11]), Tensor(b, shape: [3, 11])]
    let cases: [((Tensor, Tensor) -> Tensor, (Double) -> Double)] = [
      ({ $0.siluGated($1) }, Reference.silu), ({ $0.geluGated($1) }, Reference.geluTanh),
    ]
    for (operation, reference) in cases {
      let found = backward(inputs, seed: seed) { operation($0[0], $0[1]) }
      expectClose(
        found[0], differences(at: a) { loss(zip($0, b).map { reference($0) * Double($1) }, seed) })
      expectClose(
        found[1], differences(at: b) { loss(zip(a, $0).map { reference(Double($0)) * $1 }, seed) })
    }
    // x + gate(x): the gradient of a tensor that is used twice is a sum.
    let twice = backward([inputs[0]], seed: seed) { x in
      var sum = x[0].silu()
      sum.add(x[0])
      return sum.adding(x[0])
    }
    expectClose(
      twice[0], differences(at: a) { loss($0.map { Reference.silu($0) + 2 * $0 }, seed) })
  }

  @Test(
    "The gradients of products agree with central differences",
    arguments: [PackedMatrix.Orientation.innerByOutputs, .outputsByInner], [false, true])
  func products(orientation: PackedMatrix.Orientation, hasExtras: Bool) {
    var random = SeededGenerator(seed: 7)
    let (rows, inner, outputs) = (70, 33, 81)
    let (x, w) = (random.floats(rows * inner), random.floats(inner * outputs))
    let (bias, residual) = (random.floats(outputs), random.floats(rows * outputs))
    let seed = random.floats(rows * outputs)
    let isInnerFirst = orientation == .innerByOutputs
    func element(_ i: Int, _ o: Int) -> Double { Double(w[isInnerFirst ? i * outputs + o : o * inner + i]) }
    let tape = Tape()
    let tables = [Tensor(x, shape: [rows, inner]), Tensor(residual, shape: [rows, outputs])].map {
      Parameter($0)
    }
    let all = (0..<Int32(rows)).map { $0 }
    let matrix = Parameter(Tensor(w, shape: isInnerFirst ? [inner, outputs] : [outputs, inner]))
    let shift = Parameter(Tensor(bias, shape: [outputs]))
    let weight = LinearWeight([.init(matrix, bias: hasExtras ? shift : nil)], orientation: orientation)
    let y = tables[0].rows(all, tape: tape).multiplied(
      by: weight, mode: .float32, activation: hasExtras ? .geluTanh : .none,
      adding: hasExtras ? tables[1].rows(all, tape: tape) : nil)
    var gradients = Gradients()
    tape.run(from: y.node!, seed: Tensor(seed, shape: y.shape), into: &gradients)
    // The gradient before the activation, then three products.
    var before = seed.map(Double.init)
    if hasExtras {
      for row in 0..<rows {
        for o in 0..<outputs {
          let sum = (0..<inner).reduce(Double(bias[o])) { $0 + Double(x[row * inner + $1]) * element($1, o) }
          let slope = (Reference.geluTanh(sum + 1e-5) - Reference.geluTanh(sum - 1e-5)) / 2e-5
          before[row * outputs + o] *= slope
        }
      }
    }
    let byRows = (0..<rows * inner).map { index in
      (0..<outputs).reduce(0.0) { $0 + before[index / inner * outputs + $1] * element(index % inner, $1) }
    }
    let byWeight = (0..<inner * outputs).map { index in
      let (i, o) = isInnerFirst ? (index / outputs, index % outputs) : (index % inner, index / inner)
      return (0..<rows).reduce(0.0) { $0 + Double(x[$1 * inner + i]) * before[$1 * outputs + o] }
    }
    expectClose(gradients[tables[0]]!.floats, byRows)
    expectClose(gradients[matrix]!.floats, byWeight)
    guard hasExtras else { return }
    expectClose(
      gradients[shift]!.floats,
      (0..<outputs).map { o in (0..<rows).reduce(0.0) { $0 + before[$1 * outputs + o] } })
    expectClose(gradients[tables[1]]!.floats, seed.map(Double.init))
  }

  @Test(
    "The gradients of gates of both halves of a row agree with central differences", arguments: [1, 16, 21])
  func halves(half: Int) {
    var random = SeededGenerator(seed: 11)
    let (x, seed) = (random.floats(3 * 2 * half, in: -3...3), random.floats(3 * half))
    let cases: [(Activation, (Double) -> Double)] = [
      (.silu, Reference.silu), (.geluTanh, Reference.geluTanh), (.geluErf, Reference.geluErf),
      (.relu, { max($0, 0) }), (.reluSquared, { max($0, 0) * max($0, 0) }),
    ]
    for (activation, reference) in cases {
      let found = backward([Tensor(x, shape: [3, 2 * half])], seed: seed) {
        $0[0].halvesGated(by: activation)
      }
      let expected = differences(at: x) { x in
        loss(
          (0..<3 * half).map { index in
            let gate = index / half * 2 * half + index % half
            return reference(x[gate]) * x[gate + half]
          }, seed)
      }
      expectClose(found[0], expected)
    }
  }

  @Test("The gradient of a norm of heads leaves the other columns alone", arguments: [Float(0), 1])
  func heads(offset: Float) {
    var random = SeededGenerator(seed: 12)
    let (rows, width, headWidth) = (5, 23, 6)
    let (x, weight) = (random.floats(rows * width, in: -2...2), random.floats(headWidth, in: 0.5...1.5))
    let seed = random.floats(rows * width)
    func norm(_ x: [Double], _ weight: [Float]) -> Double {
      var y = x
      for first in (0..<rows).flatMap({ row in [row * width + 4, row * width + 10] }) {
        let head = first..<first + headWidth
        y.replaceSubrange(
          head, with: Reference.rmsNorm(Array(x[head]), weight: weight.map { $0 + offset }, epsilon: 1e-3))
      }
      return loss(y, seed)
    }
    let (gain, table) = (
      Parameter(Tensor(weight, shape: [headWidth])), Parameter(Tensor(x, shape: [rows, width]))
    )
    let tape = Tape()
    var y = table.rows((0..<Int32(rows)).map { $0 }, tape: tape)
    y.rmsNormalizeHeads(columns: 4..<16, headWidth: headWidth, weight: gain, offset: offset, epsilon: 1e-3)
    var gradients = Gradients()
    tape.run(from: y.node!, seed: Tensor(seed, shape: y.shape), into: &gradients)
    expectClose(gradients[table]!.floats, differences(at: x) { norm($0, weight) })
    // y is linear in the weight, of which a step of 1/64 is exact.
    let xs = x.map(Double.init)
    let byWeight = weight.indices.map { index in
      var (up, down) = (weight, weight)
      up[index] += 0x1p-6
      down[index] -= 0x1p-6
      return (norm(xs, up) - norm(xs, down)) / 0x1p-5
    }
    expectClose(gradients[gain]!.floats, byWeight)
  }

  @Test("The gradients of norms with an offset, and of factors, agree with central differences")
  func offsets() {
    var random = SeededGenerator(seed: 13)
    let (x, weight, seed) = (random.floats(4 * 9), random.floats(9), random.floats(4 * 9))
    let gain = Parameter(Tensor(weight, shape: [9]))
    let found = backward([Tensor(x, shape: [4, 9])], seed: seed) { inputs in
      var rows = inputs[0]
      rows.scale(by: 3)
      return rows.rmsNormalized(weight: gain, offset: 1, epsilon: 1e-3)
    }
    let expected = differences(at: x) { x in
      loss(
        (0..<4).flatMap { row in
          Reference.rmsNorm(
            x[row * 9..<row * 9 + 9].map { 3 * $0 }, weight: weight.map { 1 + $0 }, epsilon: 1e-3)
        }, seed)
    }
    expectClose(found[0], expected)
  }

  @Test("The gradient of an embedding adds up the rows of an id that occurs twice")
  func embedding() {
    let tape = Tape()
    let table = Parameter(Tensor([0, 0, 0, 0, 0, 0] as [Float], shape: [3, 2]))
    let rows = table.rows([2, 0, 2], tape: tape)
    var gradients = Gradients()
    tape.run(from: rows.node!, seed: Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [3, 2]), into: &gradients)
    #expect(gradients[table]?.floats == [3, 4, 0, 0, 6, 8])
  }

  @Test("Dropout lets the gradient through exactly where it kept the element")
  func dropout() {
    let x = [Float](repeating: 1, count: 200)
    let key = RandomKey(seed: 3)
    for numbers in [nil, [3, 0, 1, 40, 5, 6, 7, 8, 9, 2]] {
      let kept = Tensor(x, shape: [10, 20]).dropout(rate: 0.25, key: key, rows: numbers).floats
      #expect(
        backward([Tensor(x, shape: [10, 20])], seed: x) {
          $0[0].dropout(rate: 0.25, key: key, rows: numbers)
        }[0]
          == kept)
    }
  }

  @Test("All instruction sets give gradients of the same bits", arguments: InstructionSet.available)
  func variants(set: InstructionSet) {
    var random = SeededGenerator(seed: 10)
    let n = 77
    let (x, g) = (random.floats(n, in: -4...4), random.floats(n))
    func results(_ kernels: tc_gradient_kernels) -> [UInt32] {
      var all: [Float] = []
      var (y, z, w) = (x, x, x)
      for kernel in [
        kernels.gelu_tanh!, kernels.gelu_erf!, kernels.silu!, kernels.relu!, kernels.relu_squared!,
      ] {
        kernel(x, g, &y, n)
        all += y
      }
      for kernel in [
        kernels.silu_gate!, kernels.gelu_tanh_gate!, kernels.gelu_erf_gate!, kernels.relu_gate!,
        kernels.relu_squared_gate!,
      ] {
        kernel(x, g, x, &y, &z, n)
        all += y + z
      }
      for kernel in [kernels.layer_norm!, kernels.rms_norm!] {
        kernel(x, g, g, &y, &z, &w, 7, 11, 1e-5)
        all += y + z + w
      }
      var update = tc_adam(
        rate: 0.1, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, decay: 0.1, first_correction: 10,
        second_correction: 20)
      (y, z, w) = (x, g, g.map { $0 * $0 })
      kernels.adam!(&y, g, &z, &w, &update, n)
      all += y + z + w
      kernels.column_sums!(x, 11, 7, &y, 11)
      kernels.scale!(&z, 0.3, n)
      w = x
      let loss = Float(kernels.cross_entropy!(&w, n, 5))
      return bits(all + y + z + w + [loss, Float(kernels.sum_of_squares!(x, n))])
    }
    #expect(
      results(set.kernels.gradients.pointee) == results(InstructionSet.scalar.kernels.gradients.pointee))
  }

  /// By repeated multiplication 10¹² updates would take hours; a step of gradient 1 from no moments shows both corrections.
  @Test(
    "Adam corrects its moments by the number of updates, however many there were",
    arguments: [0, 1, 2, 5, 100, 12_345, 1_000_000_000_000])
  func adamCorrections(count: Int) {
    var x = Tensor([0] as [Float], shape: [1])
    var (m, v) = (Tensor(zeros: [1]), Tensor(zeros: [1]))
    x.apply(
      AdamUpdate(rate: 1, beta1: 0.9, beta2: 0.999, epsilon: 0, decay: 0, count: count),
      gradient: Tensor([1] as [Float], shape: [1]), firstMoment: &m, secondMoment: &v)
    let (first, second) = (
      0.1 / (1 - pow(0.9, Double(count + 1))), 0.001 / (1 - pow(0.999, Double(count + 1)))
    )
    // Half a dozen float32 operations, and 1 − 0.999, which cancels to 1000 units of 2⁻²⁴.
    #expect(abs(Double(-x.floats[0]) / (first / second.squareRoot()) - 1) < 4e-5)
  }

  @Test("An operation without a derivative refuses recorded rows")
  func refusal() async {
    await #expect(processExitsWith: .failure) {
      let table = Parameter(Tensor(zeros: [2, 2]))
      _ = table.rows([0, 1], tape: Tape()).softmax()
    }
  }
}

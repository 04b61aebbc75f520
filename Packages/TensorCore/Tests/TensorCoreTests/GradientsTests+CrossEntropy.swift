import CKernels
import Foundation
import TensorCoreTesting
import Testing

@testable import TensorCore

extension GradientsTests {
  @Test("The gradient of cross-entropy agrees with central differences, also where rows have no target")
  func crossEntropy() {
    var random = SeededGenerator(seed: 9)
    let (rows, width, vocabulary) = (40, 12, 67)
    let (x, w) = (random.floats(rows * width, in: -2...2), random.floats(vocabulary * width))
    let targets = (0..<rows).map { $0 % 7 == 3 ? -1 : Int32($0 * 5 % vocabulary) }
    func total(_ x: [Double], _ w: [Double]) -> Double {
      (0..<rows).reduce(0) { sum, row in
        guard targets[row] >= 0 else { return sum }
        let logits = (0..<vocabulary).map { id in
          (0..<width).reduce(0) { $0 + x[row * width + $1] * w[id * width + $1] }
        }
        return sum + Reference.logSumExp(logits) - logits[Int(targets[row])]
      }
    }
    let tape = Tape()
    let table = Parameter(Tensor(x, shape: [rows, width]))
    let unembedding = Parameter(Tensor(w, shape: [vocabulary, width]))
    let head = LinearWeight([.init(unembedding)], orientation: .outputsByInner)
    let result = table.rows((0..<Int32(rows)).map { $0 }, tape: tape)
      .crossEntropy(unembeddedBy: head, targets: targets, mode: .float32)
    let (xs, ws) = (x.map(Double.init), w.map(Double.init))
    #expect(abs(result.sum - total(xs, ws)) < 1e-4)
    #expect(result.count == targets.count { $0 >= 0 })
    var gradients = Gradients()
    result.backpropagate(scale: 0.5, into: &gradients)
    expectClose(gradients[table]!.floats, differences(at: x) { total($0, ws) / 2 })
    expectClose(gradients[unembedding]!.floats, differences(at: w) { total(xs, $0) / 2 })
    let unrecorded = Tensor(x, shape: [rows, width])
      .crossEntropy(unembeddedBy: head, targets: targets, mode: .float32)
    #expect(unrecorded.sum == result.sum && unrecorded.node == nil)
  }

  @Test("Recording does not change the bits of cross-entropy", arguments: InstructionSet.available)
  func crossEntropyBits(set: InstructionSet) {
    var random = SeededGenerator(seed: 11)
    let kernels = set.kernels
    for n in [1, 5, 16, 33, 400] {
      let x = random.floats(n, in: -30...30)
      var errors = x
      let loss = kernels.gradients.pointee.cross_entropy!(&errors, n, n / 2)
      #expect(loss == kernels.rows.pointee.log_sum_exp!(x, n) - Double(x[n / 2]))
      var exact = Reference.softmax(x.map(Double.init))
      exact[n / 2] -= 1
      // That of softmax, a rounding for the share, and one of the subtraction from 1.
      #expect(
        worstShare(of: exact.map { (70 + Double(n) / 16) * 0x1p-24 * (abs($0) + 1) }, errors, exact) <= 1)
    }
  }
}

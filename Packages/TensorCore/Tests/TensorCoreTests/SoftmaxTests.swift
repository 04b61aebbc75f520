import CKernels
import TensorCoreTesting
import Testing

@testable import TensorCore

@Suite("Softmax and cross-entropy")
struct SoftmaxTests {
  @Test("Softmax keeps its error bound on every instruction set", arguments: oddWidths)
  func softmax(width: Int) {
    var random = SeededGenerator(seed: UInt64(width))
    let x = random.floats(2 * width, in: -30...30)
    var exact: [Double] = []
    var bounds: [Double] = []
    for row in 0..<2 {
      let values = x[row * width..<(row + 1) * width].map(Double.init)
      let reference = Reference.softmax(values)
      exact += reference
      bounds += zip(values, reference).map { value, weight in
        weight * (values.max()! - value + Double(width) / 16 + 8) * 0x1p-24
      }
    }
    var first: [UInt32]?
    for set in InstructionSet.available {
      var y = [Float](repeating: .nan, count: x.count)
      set.kernels.rows.pointee.softmax(x, &y, 2, width)
      #expect(worstShare(of: bounds, y, exact) <= 1)
      #expect(bits(y) == first ?? bits(y), "\(set) differs from scalar")
      first = first ?? bits(y)
    }
  }

  @Test("Log-sum-exp keeps its error bound on every instruction set", arguments: oddWidths)
  func logSumExp(width: Int) {
    var random = SeededGenerator(seed: UInt64(width) + 1)
    let x = random.floats(width, in: -30...30)
    let values = x.map(Double.init)
    let weights = Reference.softmax(values)
    let spread = zip(values, weights).reduce(0) { $0 + (values.max()! - $1.0) * $1.1 }
    let bound = (Double(width) / 16 + 8 + spread) * 0x1p-24
    var first: Double?
    for set in InstructionSet.available {
      let result = set.kernels.rows.pointee.log_sum_exp(x, width)
      #expect(abs(result - Reference.logSumExp(values)) <= bound)
      #expect(result == first ?? result, "\(set) differs from scalar")
      first = first ?? result
    }
  }

  @Test("Cross-entropy leaves out rows whose target is -1")
  func crossEntropy() {
    var random = SeededGenerator(seed: 9)
    let x = random.floats(5 * 33, in: -3...3)
    let targets: [Int32] = [3, -1, 32, 0, -1]
    let (sum, count) = Tensor(x, shape: [5, 33]).crossEntropy(targets: targets)
    var exact = 0.0
    for (row, target) in targets.enumerated() where target >= 0 {
      let values = x[row * 33..<(row + 1) * 33].map(Double.init)
      exact += Reference.logSumExp(values) - values[Int(target)]
    }
    #expect(count == 3)
    #expect(abs(sum - exact) < 3 * 20 * 0x1p-24)
  }

  @Test("Infinite logits give what arithmetic gives")
  func infinities() {
    let x = Tensor([-.infinity, 0, -.infinity, .infinity, 0, 1] as [Float], shape: [2, 3])
    let y = x.softmax().floats
    #expect(Array(y[0..<3]) == [0, 1, 0])
    #expect(y[3...].contains { $0.isNaN })
    #expect(
      Tensor([-.infinity, -.infinity] as [Float], shape: [1, 2]).softmax().floats.allSatisfy { $0.isNaN })
  }
}

import CKernels
import TensorCoreTesting
import Testing

@testable import TensorCore

/// Widths that straddle 4, 8 and 16 lanes.
let oddWidths = [1, 3, 4, 7, 8, 9, 15, 16, 17, 31, 33, 100, 576, 1000]

@Suite("Norms")
struct NormalizationTests {
  @Test("Layer norm keeps its error bound on every instruction set", arguments: oddWidths)
  func layerNorm(width: Int) {
    var random = SeededGenerator(seed: UInt64(width))
    let x = random.floats(3 * width, in: -4...4)
    let weight = random.floats(width)
    let bias = random.floats(width)
    let epsilon: Float = 1e-5
    var bounds: [Double] = []
    var exact: [Double] = []
    for row in 0..<3 {
      let values = x[row * width..<(row + 1) * width].map(Double.init)
      let reference = Reference.layerNorm(values, weight: weight, bias: bias, epsilon: epsilon)
      let mean = values.reduce(0, +) / Double(width)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
      let size = values.reduce(0) { $0 + abs($1) } / Double(width) / (variance + Double(epsilon)).squareRoot()
      let k = Double(width) / 16 + 8
      exact += reference
      for (i, y) in reference.enumerated() {
        let scaled = abs(y - Double(bias[i]))
        bounds.append(0x1p-24 * (k * size * abs(Double(weight[i])) + (k / 2 + 4) * scaled + abs(y)) + 1e-40)
      }
    }
    var first: [UInt32]?
    for set in InstructionSet.available {
      var y = [Float](repeating: .nan, count: x.count)
      set.kernels.rows.pointee.layer_norm(x, weight, bias, &y, 3, width, epsilon)
      #expect(worstShare(of: bounds, y, exact) <= 1)
      #expect(bits(y) == first ?? bits(y), "\(set) differs from scalar")
      first = first ?? bits(y)
    }
  }

  @Test("Root mean square norm keeps its error bound on every instruction set", arguments: oddWidths)
  func rmsNorm(width: Int) {
    var random = SeededGenerator(seed: UInt64(width))
    let x = random.floats(2 * width, in: -4...4)
    let weight = random.floats(width, in: 0.5...2)
    let exact = (0..<2).flatMap { row in
      Reference.rmsNorm(x[row * width..<(row + 1) * width].map(Double.init), weight: weight, epsilon: 1e-6)
    }
    let bounds = exact.map { abs($0) * (Double(width) / 32 + 7) * 0x1p-24 }
    var first: [UInt32]?
    for set in InstructionSet.available {
      var y = [Float](repeating: .nan, count: x.count)
      set.kernels.rows.pointee.rms_norm(x, width, weight, &y, width, 2, width, 1e-6)
      #expect(worstShare(of: bounds, y, exact) <= 1)
      #expect(bits(y) == first ?? bits(y), "\(set) differs from scalar")
      first = first ?? bits(y)
    }
  }

  @Test("A norm gives a row the same bits beside any other rows")
  func batchInvariance() {
    var random = SeededGenerator(seed: 5)
    let x = Tensor(random.floats(300 * 100), shape: [300, 100])
    let weight = Tensor(random.floats(100), shape: [100])
    let bias = Tensor(random.floats(100), shape: [100])
    let layer = x.layerNormalized(weight: weight, bias: bias, epsilon: 1e-5)
    let root = x.rmsNormalized(weight: weight, epsilon: 1e-5)
    for row in [0, 1, 150, 299] {
      let alone = x.rows(row..<row + 1)
      #expect(
        bits(alone.layerNormalized(weight: weight, bias: bias, epsilon: 1e-5).floats)
          == bits(layer.rows(row..<row + 1).floats))
      #expect(
        bits(alone.rmsNormalized(weight: weight, epsilon: 1e-5).floats)
          == bits(root.rows(row..<row + 1).floats))
    }
  }

  @Test("A norm of heads changes their range of columns in place and leaves the rest")
  func heads() {
    var random = SeededGenerator(seed: 6)
    let x = Tensor(random.floats(3 * 20), shape: [3, 20])
    let weight = Tensor(random.floats(4), shape: [4])
    var normed = x
    normed.rmsNormalizeHeads(columns: 4..<12, headWidth: 4, weight: weight, epsilon: 1e-6)
    let expected = x.columns(4..<12).reshaped([6, 4]).rmsNormalized(weight: weight, epsilon: 1e-6)
    #expect(normed.columns(4..<12).floats == expected.floats)
    #expect(normed.columns(0..<4).floats == x.columns(0..<4).floats)
    #expect(normed.columns(12..<20).floats == x.columns(12..<20).floats)
  }

  @Test("A layer norm of heads takes gains that all heads share, and gains of each")
  func layerNormedHeads() {
    var random = SeededGenerator(seed: 7)
    let x = Tensor(random.floats(3 * 20), shape: [3, 20])
    let (weight, bias) = (random.floats(8), random.floats(8))
    for isShared in [true, false] {
      let count = isShared ? 4 : 8
      var normed = x
      normed.layerNormalizeHeads(
        columns: 4..<12, headWidth: 4, weight: Tensor(Array(weight[..<count]), shape: [count]),
        bias: Tensor(Array(bias[..<count]), shape: [count]), epsilon: 1e-6)
      for head in 0..<2 {
        let own = isShared ? 0..<4 : head * 4..<(head + 1) * 4
        let columns = 4 + 4 * head..<8 + 4 * head
        let expected = x.columns(columns).layerNormalized(
          weight: Tensor(Array(weight[own]), shape: [4]), bias: Tensor(Array(bias[own]), shape: [4]),
          epsilon: 1e-6)
        #expect(normed.columns(columns).floats == expected.floats)
      }
      #expect(normed.columns(0..<4).floats == x.columns(0..<4).floats)
      #expect(normed.columns(12..<20).floats == x.columns(12..<20).floats)
    }
  }

  @Test("Operands of other shapes trap")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor(zeros: [2, 4]).rmsNormalized(weight: Tensor(zeros: [3]), epsilon: 1e-6)
    }
    await #expect(processExitsWith: .failure) {
      _ = Tensor(zeros: [2, 4]).layerNormalized(
        weight: Tensor(zeros: [4]), bias: Tensor(zeros: [1]), epsilon: 1e-6)
    }
  }
}

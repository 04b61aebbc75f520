import CKernels
import Foundation
import TensorCoreTesting
import Testing

@testable import TensorCore

@Suite("Rotary positions")
struct RotationTests {
  @Test(
    "Rotation keeps its error bound on every instruction set",
    arguments: [2, 6, 16, 20, 32, 64, 66], RotaryTable.Layout.allCases)
  func bound(width: Int, layout: RotaryTable.Layout) {
    var random = SeededGenerator(seed: UInt64(width))
    let pairs = width / 2
    let headWidth = width + 5
    let x = random.floats(2 * headWidth, in: -3...3)
    let angles = random.floats(pairs, in: -3...3)
    let cosines = angles.map { cos($0) }
    let sines = angles.map { sin($0) }
    var exact = x.map(Double.init)
    var bounds = x.map { _ in 0.0 }
    for head in 0..<2 {
      for pair in 0..<pairs {
        let first = head * headWidth + (layout == .interleaved ? 2 * pair : pair)
        let second = layout == .interleaved ? first + 1 : first + pairs
        let a = Double(x[first])
        let b = Double(x[second])
        let c = Double(cosines[pair])
        let s = Double(sines[pair])
        (exact[first], exact[second]) = (a * c - b * s, a * s + b * c)
        bounds[first] = 0x1p-23 * (abs(a) + abs(b))
        bounds[second] = bounds[first]
      }
    }
    var one: [UInt32]?
    for set in InstructionSet.available {
      var y = x
      set.kernels.rows.pointee.rotate(&y, cosines, sines, 2, headWidth, pairs, layout == .interleaved ? 1 : 0)
      #expect(worstShare(of: bounds, y, exact) <= 1)
      #expect(bits(y) == one ?? bits(y), "\(set) differs from scalar")
      one = one ?? bits(y)
    }
  }

  @Test("Each row is rotated by its own position, in its range of columns only")
  func columns() {
    var random = SeededGenerator(seed: 1)
    let x = Tensor(random.floats(3 * 20), shape: [3, 20])
    let table = RotaryTable(base: 10_000, width: 4, maximumPosition: 1000)
    var rotated = x
    rotated.rotate(columns: 8..<20, headWidth: 6, by: table, at: [0, 700, 3])
    #expect(rotated.columns(0..<8).floats == x.columns(0..<8).floats)
    #expect(rotated.rows(0..<1).floats == x.rows(0..<1).floats)
    let row = x.rows(1..<2).floats
    let result = rotated.rows(1..<2).floats
    for head in [8, 14] {
      for pair in 0..<2 {
        let angle = 700 * pow(10_000, -2 * Double(pair) / 4)
        let a = Double(row[head + pair])
        let b = Double(row[head + pair + 2])
        #expect(abs(Double(result[head + pair]) - (a * cos(angle) - b * sin(angle))) < 1e-6)
        #expect(abs(Double(result[head + pair + 2]) - (a * sin(angle) + b * cos(angle))) < 1e-6)
      }
      #expect(result[head + 4...head + 5] == row[head + 4...head + 5])
    }
  }

  /// Values of transformers 4.57's `ROPE_INIT_FUNCTIONS`, recomputed in float64 from its formulas.
  @Test("Each kind of scaling gives the frequencies of its definition")
  func scaling() {
    func table(_ scaling: RotaryTable.Scaling, maximum: Int = 4096) -> RotaryTable {
      RotaryTable(base: 10_000, width: 64, maximumPosition: maximum, scaling: scaling)
    }
    let plain = table(.none).frequencies
    #expect(plain[0] == 1 && abs(plain[16] - 0.01) < 1e-15)
    #expect(table(.linear(factor: 4)).frequencies[16] == plain[16] / 4)
    #expect(table(.dynamic(factor: 2, originalMaximumPosition: 4096)).frequencies == plain)
    let dynamic = table(.dynamic(factor: 2, originalMaximumPosition: 2048)).frequencies
    #expect(abs(dynamic[31] / plain[31] - 1 / 3) < 1e-12)  // base · 3^(64/62): the slowest pair slows by 3
    let llama = table(
      .llama3(factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalMaximumPosition: 8192))
    #expect(llama.frequencies[0] == 1)
    #expect(llama.frequencies[31] == plain[31] / 8)
    let blend = (8192 * 1e-3 / (2 * .pi) - 1) / 3  // pair 24 rotates 1.3 times within the original length
    #expect(abs(llama.frequencies[24] - ((1 - blend) * 1e-3 / 8 + blend * 1e-3)) < 1e-15)
    var yarn = RotaryTable.YaRN(factor: 4, originalMaximumPosition: 2048)
    let stretched = table(.yarn(yarn))
    #expect(stretched.frequencies[0] == 1)
    #expect(abs(stretched.frequencies[31] * 4 - plain[31]) < 1e-15)
    #expect(abs(stretched.amplitude - (0.1 * log(4.0) + 1)) < 1e-15)
    yarn.attentionFactor = 1.5
    #expect(table(.yarn(yarn)).amplitude == 1.5)
  }

  @Test("A position beyond the table traps")
  func beyond() async {
    await #expect(processExitsWith: .failure) {
      var x = Tensor(zeros: [1, 4])
      x.rotate(
        columns: 0..<4, headWidth: 4, by: RotaryTable(base: 10, width: 4, maximumPosition: 8), at: [8])
    }
  }
}

import TensorCoreTesting
import Testing

@testable import TensorCore

@Suite("Matrices of integers")
struct IntegerMatrixTests {
  /// Random words of 32 bits.
  private func words(_ shape: [Int], seed: UInt64) -> Tensor {
    var random = SeededGenerator(seed: seed)
    return Tensor(
      (0..<shape.reduce(1, *)).map { _ in Int32.random(in: .min...(.max), using: &random) }, shape: shape)
  }

  private func scales(_ shape: [Int]) -> Tensor {
    var random = SeededGenerator(seed: 7)
    return Tensor(
      (0..<shape.reduce(1, *)).map { _ in Float.random(in: -0.1...0.1, using: &random) }, shape: shape)
  }

  /// Code `place` of words that follow each other, bit by bit.
  private func code(_ words: [Int32], _ bits: Int, _ place: Int) -> Int {
    (0..<bits).reduce(0) { sum, bit in
      let at = bits * place + bit
      return sum | Int(UInt32(bitPattern: words[at / 32]) >> UInt32(at % 32) & 1) << bit
    }
  }

  @Test(
    "An element of integers is scale times code less zero point, rounded once, in blocks and as float32",
    arguments: [2, 3, 4, 8],
    [32, 64, 128])
  func definition(bits: Int, group: Int) throws {
    let (outputs, inputs) = (7, 384)
    let (own, zeros) = (
      words([outputs, inputs * bits / 32], seed: 1), words([bits, inputs / group], seed: 2)
    )
    let scales = scales([outputs, inputs / group])
    let matrix = IntegerMatrix(
      shape: [outputs, inputs], codes: .init(own, bits: bits, along: .inputs),
      zeros: .codes(.init(zeros, bits: bits, along: .outputs, isFirst: true), adding: 1), scales: scales,
      group: group)
    let (rows, zeroWords, numbers) = (own.int32s, zeros.int32s, scales.floats)
    var expected: [Float] = []
    for output in 0..<outputs {
      let row = Array(rows[output * inputs * bits / 32..<(output + 1) * inputs * bits / 32])
      for input in 0..<inputs {
        let g = input / group
        let column = (0..<bits).map { zeroWords[$0 * inputs / group + g] }
        let zero = (code(column, bits, output) + 1) % (1 << bits)
        expected.append(numbers[output * inputs / group + g] * Float(code(row, bits, input) - zero))
      }
    }
    #expect(matrix.tensor(rows: 0..<outputs).floats == expected)
    #expect(matrix.tensor(rows: 2..<5).floats == Array(expected[2 * inputs..<5 * inputs]))
    let format = try #require(BlockFormat.integers(bits: bits, group: group, width: inputs))
    #expect(format.elements == group)
    #expect(matrix.blocks(format).tensor.floats == expected)
  }

  @Test("A block is the longest that cuts through no group")
  func formats() {
    #expect(BlockFormat.integers(bits: 4, group: 128, width: 576) == .i4x64)
    #expect(BlockFormat.integers(bits: 8, group: 576, width: 576) == .i8x64)
    #expect(BlockFormat.integers(bits: 3, group: 96, width: 96) == .i3x32)
    #expect(BlockFormat.integers(bits: 4, group: 16, width: 64) == nil)
    #expect(BlockFormat.integers(bits: 5, group: 32, width: 64) == nil)
  }

  @Test("A group may consist of any inputs, not only of neighbours")
  func ordered() {
    let groupOf = Tensor((0..<64).map { Int32(63 - $0) / 32 }, shape: [64])
    let words = words([64 * 4 / 32, 3], seed: 4)
    let scales = scales([3, 2])
    let found = IntegerMatrix(
      shape: [3, 64], codes: .init(words, bits: 4, along: .inputs, isFirst: true), zeros: .constant(8),
      scales: scales, group: 32, groupOf: groupOf
    ).tensor(rows: 0..<3).floats
    let all = words.int32s
    for output in 0..<3 {
      let column = (0..<8).map { all[$0 * 3 + output] }
      for input in 0..<64 {
        let scale = scales.floats[output * 2 + (63 - input) / 32]
        #expect(found[output * 64 + input] == scale * Float(code(column, 4, input) - 8))
      }
    }
  }
}

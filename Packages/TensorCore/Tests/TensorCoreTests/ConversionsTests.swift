import CKernels
import TensorCoreTesting
import Testing

@testable import TensorCore

@Suite("Conversions")
struct ConversionsTests {
  private func convert<From: BitwiseCopyable, To: BitwiseCopyable>(
    _ x: [From], _ from: tc_float_type, _ to: tc_float_type, on set: InstructionSet, zero: To
  ) -> [To] {
    var y = [To](repeating: zero, count: x.count)
    set.kernels.rows.pointee.convert(x, from, &y, to, x.count)
    return y
  }

  private static let patterns = (0...UInt16.max).map { $0 }

  @Test("Every bfloat16 number becomes float32 exactly and comes back", arguments: InstructionSet.available)
  func bfloat16(set: InstructionSet) {
    let wide = convert(Self.patterns, TC_BFLOAT16, TC_FLOAT32, on: set, zero: Float(0))
    let back = convert(wide, TC_FLOAT32, TC_BFLOAT16, on: set, zero: UInt16(0))
    let wrong = zip(Self.patterns, wide).filter { pattern, value in
      let expected = Float(bitPattern: UInt32(pattern) << 16)
      let returned = back[Int(pattern)]
      return expected.isNaN
        ? !value.isNaN || value.sign != expected.sign || returned != pattern | 0x40
        : value.bitPattern != expected.bitPattern || returned != pattern
    }
    #expect(wrong.isEmpty)
  }

  @Test("Every float16 number becomes float32 exactly and comes back", arguments: InstructionSet.available)
  func float16(set: InstructionSet) {
    let wide = convert(Self.patterns, TC_FLOAT16, TC_FLOAT32, on: set, zero: Float(0))
    let back = convert(wide, TC_FLOAT32, TC_FLOAT16, on: set, zero: UInt16(0))
    let wrong = zip(Self.patterns, wide).filter { pattern, value in
      let expected = Float(Float16(bitPattern: pattern))
      let returned = back[Int(pattern)]
      return expected.isNaN
        ? !value.isNaN || value.sign != expected.sign || returned != pattern | 0x200
        : value.bitPattern != expected.bitPattern || returned != pattern
    }
    #expect(wrong.isEmpty)
  }

  /// Every boundary between two neighbours, one step to both sides of it, and numbers of all sizes.
  private static let edges: [Float] = {
    var values: [Float] = []
    for pattern in patterns {
      let upper = UInt32(pattern) << 16
      for low in [0x7FFF, 0x8000, 0x8001] as [UInt32] { values.append(Float(bitPattern: upper | low)) }
      let half = Float(Float16(bitPattern: pattern))
      let next = Float(Float16(bitPattern: pattern &+ 1))
      if half.isFinite && next.isFinite {
        let middle = half / 2 + next / 2
        values += [middle, middle.nextUp, middle.nextDown]
      }
    }
    var random = SeededGenerator(seed: 8)
    values += (0..<100_000).map { _ in Float(bitPattern: UInt32.random(in: 0 ... .max, using: &random)) }
    return values + [65504, 65519.996, 65520, 65536, .greatestFiniteMagnitude, .infinity, -.infinity, .nan]
  }()

  @Test(
    "Float32 rounds to the nearest number of 16 bits, ties to even, at every boundary",
    arguments: InstructionSet.available)
  func rounding(set: InstructionSet) {
    let halves = convert(Self.edges, TC_FLOAT32, TC_FLOAT16, on: set, zero: UInt16(0))
    let brains = convert(Self.edges, TC_FLOAT32, TC_BFLOAT16, on: set, zero: UInt16(0))
    var wrong = 0
    for (value, (half, brain)) in zip(Self.edges, zip(halves, brains)) {
      if value.isNaN {
        let brainValue = Float(bitPattern: UInt32(brain) << 16)
        if !Float16(bitPattern: half).isNaN || !brainValue.isNaN || brainValue.sign != value.sign {
          wrong += 1
        }
        continue
      }
      if half != Float16(value).bitPattern { wrong += 1 }
      if brain != Self.nearestBFloat16(value) { wrong += 1 }
    }
    #expect(wrong == 0)
  }

  /// By comparing distances in float64, not by bit tricks.
  private static func nearestBFloat16(_ value: Float) -> UInt16 {
    let below = UInt16(value.bitPattern >> 16)
    if value.bitPattern & 0xFFFF == 0 { return below }
    let low = Double(Float(bitPattern: UInt32(below) << 16))
    let above = below + 1
    // Beyond the largest finite number the neighbour counts as 2^128.
    let high =
      above & 0x7FFF == 0x7F80
      ? (value < 0 ? -0x1p128 : 0x1p128) : Double(Float(bitPattern: UInt32(above) << 16))
    let toLow = abs(Double(value) - low)
    let toHigh = abs(high - Double(value))
    return toLow < toHigh || (toLow == toHigh && below & 1 == 0) ? below : above
  }

  @Test("Float64 is rounded to 16 bits once, not by way of float32", arguments: InstructionSet.available)
  func float64(set: InstructionSet) {
    var random = SeededGenerator(seed: 4)
    // Just beside a tie of bfloat16, by less than float32 can tell.
    var values: [Double] = [1 + 0x1p-8, 1 + 0x1p-8 + 0x1p-40, 1 + 0x1p-8 - 0x1p-40, 1 + 3 * 0x1p-8 - 0x1p-45]
    values += [
      1 + 0x1p-11 + 0x1p-40, 1 + 0x1p-11 - 0x1p-40, 1e300, -1e300, 1e-300, 0x1p-150, .nan, .infinity,
      65519.9999999,
    ]
    values += (0..<20_000).map { _ in Double.random(in: -70000...70000, using: &random) }
    values += (0..<20_000).map { _ in Double.random(in: -1e-7...1e-7, using: &random) }
    let halves = convert(values, TC_FLOAT64, TC_FLOAT16, on: set, zero: UInt16(0))
    let singles = convert(values, TC_FLOAT64, TC_FLOAT32, on: set, zero: Float(0))
    let brains = convert(values, TC_FLOAT64, TC_BFLOAT16, on: set, zero: UInt16(0))
    let wrong = values.indices.filter { i in
      !values[i].isNaN && (halves[i] != Float16(values[i]).bitPattern || singles[i] != Float(values[i]))
    }
    #expect(wrong.isEmpty)
    #expect(brains[0...3].elementsEqual([0x3F80, 0x3F81, 0x3F80, 0x3F81]))
    #expect(singles[10].isNaN && Float16(bitPattern: halves[10]).isNaN)
    let back = convert(singles, TC_FLOAT32, TC_FLOAT64, on: set, zero: 0.0)
    #expect(zip(back, singles).allSatisfy { $0 == Double($1) || $0.isNaN })
  }

  @Test("Tensors of any length are converted whole", arguments: [0, 1, 15, 16, 17, 200_001])
  func tensors(count: Int) {
    var random = SeededGenerator(seed: 4)
    let tensor = Tensor(random.floats(count), shape: [count])
    for type in [ElementType.bfloat16, .float16] {
      let narrow = tensor.converted(to: type)
      #expect(narrow.byteCount == 2 * count)
      #expect(zip(narrow.floats, tensor.floats).allSatisfy { abs($0 - $1) <= abs($1) * 0x1p-8 + 0x1p-24 })
    }
    #expect(tensor.converted(to: .float64).converted(to: .float32).floats == tensor.floats)
  }
}

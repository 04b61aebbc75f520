import CKernels
import TensorCoreTesting
import Testing

@testable import TensorCore

/// Random blocks of a format whose factors are ordinary numbers.
func randomBlocks(_ format: BlockFormat, rows: Int, width: Int, seed: UInt64 = 3) -> BlockMatrix {
  var random = SeededGenerator(seed: seed)
  let count = rows * width / format.elements
  var bytes = (0..<count * format.byteCount).map { _ in UInt8.random(in: 0...255, using: &random) }
  let factors: [Int] =
    switch format {
    case .q41, .q51, .q4K, .q5K: [0, 2]
    case .q2K: [80, 82]
    case .q3K: [108]
    case .q6K: [208]
    case .mxfp4: []
    case _ where BlockFormat.integers.contains(format) || format.isOfFloats: []
    default: [0]
    }
  for block in 0..<count {
    let start = block * format.byteCount
    if format == .mxfp4 { bytes[start] = UInt8.random(in: 118...121, using: &random) }
    if BlockFormat.integers.contains(format) || format.isOfFloats {  // float32, 2⁻⁸ to 2⁻⁷
      bytes[start + 2] |= 0x80
      bytes[start + 3] = 0x3B
    }
    if format.isOfFloats {  // no NaN, and numbers below 2
      for place in start + 4..<start + format.byteCount { bytes[place] &= 0xBF }
    }
    for factor in factors {  // half precision, 2⁻⁸ to 2⁻⁷
      bytes[start + factor + 1] = 0x1C | bytes[start + factor + 1] & 3
    }
  }
  return BlockMatrix(format: format, shape: [rows, width], copying: bytes)
}

@Suite("Matrices in blocks")
struct PackedMatrixBlocksTests {
  private static let kept = BlockFormat.allCases.filter(\.isKept)
  private static let ofIntegers = kept.filter { !$0.isOfFloats }
  private static let sets = InstructionSet.available
  /// The integer that the largest number of a strip becomes.
  private static let limits: [ComputeMode: Float] = [.int16: 16256, .int8: 127]

  private func rows(_ count: Int, _ width: Int) -> Tensor {
    var random = SeededGenerator(seed: UInt64(count))
    return Tensor(
      (0..<count * width).map { _ in Float.random(in: -2...2, using: &random) }, shape: [count, width])
  }

  private func bits(_ tensor: Tensor) -> [UInt32] { tensor.floats.map(\.bitPattern) }

  private func packed(_ blocks: [BlockMatrix], isGated: Bool = false, mode: ComputeMode) -> PackedMatrix {
    PackedMatrix(blocks.map { .blocks($0) }, isGated: isGated, mode: mode)
  }

  private func product(_ weight: PackedMatrix, _ rows: Tensor, _ set: InstructionSet) -> Tensor {
    weight.product(rows, bias: nil, activation: .none, residual: nil, on: set)
  }

  @Test(
    "Products with blocks have the bits of the decoded matrix in float32 and bfloat16", arguments: kept,
    [ComputeMode.float32, .bfloat16])
  func floats(format: BlockFormat, mode: ComputeMode) {
    let blocks = randomBlocks(format, rows: 70, width: 512)
    let decoded = PackedMatrix(blocks.tensor, orientation: .outputsByInner, mode: mode)
    let kept = packed([blocks], mode: mode)
    for count in [1, 7, 200] {
      let x = rows(count, 512)
      for set in Self.sets where set != .scalar || count < 8 {
        #expect(bits(product(kept, x, set)) == bits(product(decoded, x, set)), "\(count) rows, \(set)")
      }
    }
  }

  @Test(
    "Integer products with blocks have the same bits on every instruction set, also for a single row",
    arguments: ofIntegers,
    [ComputeMode.int16, .int8])
  func integers(format: BlockFormat, mode: ComputeMode) {
    let weight = packed([randomBlocks(format, rows: 70, width: 512)], mode: mode)
    let x = rows(13, 512)
    let expected = bits(product(weight, x, .scalar))
    for set in Self.sets {
      #expect(bits(product(weight, x, set)) == expected, "\(set)")
      for row in [0, 6, 12] {
        let alone = product(weight, x.rows(row..<row + 1), set)
        #expect(bits(alone) == Array(expected[row * 70..<(row + 1) * 70]), "\(set), row \(row)")
      }
    }
  }

  @Test(
    "Blocks of floats are multiplied in float32 where other blocks are multiplied in integers",
    arguments: [ComputeMode.int16, .int8])
  func floatsAmongIntegers(mode: ComputeMode) {
    for format in [BlockFormat.f8x32, .f8x128] {
      let blocks = randomBlocks(format, rows: 70, width: 512)
      let x = rows(9, 512)
      let expected = bits(product(packed([blocks], mode: .float32), x, .current))
      #expect(bits(product(packed([blocks], mode: mode), x, .current)) == expected)
    }
  }

  /// A row is off by half a step of each strip's integers, and sums by three roundings a group and one for each before.
  @Test(
    "Integer products with blocks keep their error bound against float64", arguments: ofIntegers,
    [ComputeMode.int16, .int8])
  func bound(format: BlockFormat, mode: ComputeMode) {
    let limit = Double(Self.limits[mode]!)
    let blocks = randomBlocks(format, rows: 70, width: 512)
    let (x, weights) = (rows(5, 512).floats, blocks.tensor.floats)
    let found = product(packed([blocks], mode: mode), rows(5, 512), .current).floats
    for row in 0..<5 {
      let steps = (0..<16).map { strip in
        Double((0..<32).map { abs(x[row * 512 + strip * 32 + $0]) }.max()!) / limit
      }
      for output in 0..<70 {
        var (sum, size, slack) = (0.0, 0.0, 0.0)
        for i in 0..<512 {
          let (a, w) = (Double(x[row * 512 + i]), Double(weights[output * 512 + i]))
          sum += a * w
          // A quantised weight is the sum of scale times element and an offset, which may cancel.
          size += abs(a) * (abs(w) + 2)
          slack += 0.5001 * steps[i / 32] * abs(w)
        }
        let error = abs(Double(found[row * 70 + output]) - sum)
        #expect(error <= slack + 70 * 0x1p-24 * size, "\(output)")
      }
    }
  }

  @Test(
    "Integer sums are exact at the extremes of rows and elements", arguments: ofIntegers,
    [ComputeMode.int16, .int8])
  func extremes(format: BlockFormat, mode: ComputeMode) {
    let limit = Self.limits[mode]!
    for byte in [UInt8(0), 0x80, 0xFF] {
      var blocks = [UInt8](repeating: byte, count: 512 / format.elements * format.byteCount * 2)
      for block in 0..<blocks.count / format.byteCount {  // factors of one
        for place in Self.factors(of: format) {
          blocks.replaceSubrange(
            block * format.byteCount + place..<block * format.byteCount + place + 2, with: [0x00, 0x3C])
        }
        if format == .mxfp4 { blocks[block * format.byteCount] = 128 }
        if BlockFormat.integers.contains(format) {
          blocks.replaceSubrange(
            block * format.byteCount..<block * format.byteCount + 4, with: [0x00, 0x00, 0x80, 0x3F])
        }
      }
      let matrix = BlockMatrix(format: format, shape: [2, 512], copying: blocks)
      // All elements of a strip become the limit or its opposite.
      let numbers = (0..<1024).map { (i: Int) -> Float in i < 512 || i % 2 == 0 ? limit : -limit }
      let weights = matrix.tensor.floats
      let weight = packed([matrix], mode: mode)
      for set in Self.sets {
        let found = product(weight, Tensor(numbers, shape: [2, 512]), set).floats
        for (place, value) in found.enumerated() {
          let (row, output) = (place / 2 * 512, place % 2 * 512)
          var (exact, size) = (0.0, 0.0)
          for i in 0..<512 {
            let (a, w) = (Double(numbers[row + i]), Double(weights[output + i]))
            exact += a * w
            size += abs(a) * (abs(w) + 256)
          }
          #expect(abs(Double(value) - exact) <= 70 * 0x1p-24 * size, "\(byte), \(set)")
        }
      }
    }
  }

  private static func factors(of format: BlockFormat) -> [Int] {
    switch format {
    case .q41, .q51, .q4K, .q5K: [0, 2]
    case .q2K: [80, 82]
    case .q3K: [108]
    case .q6K: [208]
    case .mxfp4: []
    case _ where BlockFormat.integers.contains(format): []
    default: [0]
    }
  }

  @Test("Gate and up may be joined in blocks, and parts of different formats may lie beside each other")
  func parts() {
    let gate = randomBlocks(.q4K, rows: 50, width: 256)
    let up = randomBlocks(.q4K, rows: 50, width: 256, seed: 5)
    let x = rows(9, 256)
    for mode in [ComputeMode.float32, .bfloat16] {
      let decoded = PackedMatrix(
        gate: gate.tensor, up: up.tensor, orientation: .outputsByInner, mode: mode)
      #expect(bits(packed([gate, up], isGated: true, mode: mode).gated(x)) == bits(decoded.gated(x)))
    }
    let other = randomBlocks(.q6K, rows: 30, width: 256)
    let plain = rows(20, 256)
    for mode in ComputeMode.allCases {
      let mixed = PackedMatrix([.blocks(gate), .blocks(other), .tensor(plain)], isGated: false, mode: mode)
      let bias = rows(1, 100).reshaped([100])
      let found = mixed.multiply(x, bias: bias, adding: rows(9, 100)).floats
      let alone = [
        packed([gate], mode: mode), packed([other], mode: mode),
        PackedMatrix(plain, orientation: .outputsByInner, mode: mode),
      ]
      var first = 0
      for weight in alone {
        let columns = first..<first + weight.outputs
        let part = weight.multiply(
          x, bias: Tensor(Array(bias.floats[columns]), shape: [weight.outputs]),
          adding: rows(9, 100).columns(columns)
        ).floats
        for row in 0..<9 {
          let own = part[row * weight.outputs..<(row + 1) * weight.outputs]
          #expect(
            own.map(\.bitPattern)
              == found[row * 100 + columns.lowerBound..<row * 100 + columns.upperBound].map(\.bitPattern))
        }
        first += weight.outputs
      }
    }
  }

  @Test("A score from blocks is that of the logits", arguments: ComputeMode.allCases)
  func scores(mode: ComputeMode) {
    let blocks = randomBlocks(.q80, rows: 1500, width: 64)
    let weight = packed([blocks], mode: mode)
    let x = rows(3, 64)
    let targets = TargetLists([[0, 1499], [70], []])
    let scores = weight.score(x, targets: targets)
    let logits = weight.multiply(x).floats
    #expect(scores.targetLogits == [logits[0], logits[1499], logits[1500 + 70]])
    for row in 0..<3 {
      let own = logits[row * 1500..<(row + 1) * 1500]
      #expect(scores.argmaxLogit[row] == own.max())
      #expect(Int(scores.argmax[row]) == own.firstIndex(of: own.max()!)! - row * 1500)
    }
  }

  @Test(
    "A score with a bias is that of the logits, from blocks and from decoded rows", arguments: sets, [9, 40])
  func biasOfScores(set: InstructionSet, count: Int) {
    let blocks = randomBlocks(.q80, rows: 1500, width: 64)
    let bias = rows(1, 1500).reshaped([1500])
    let x = rows(count, 64)
    let targets = TargetLists((0..<count).map { [Int32($0), 1499] })
    for mode in ComputeMode.allCases {
      let plain = PackedMatrix(blocks.tensor, orientation: .outputsByInner, mode: mode)
      for weight in [packed([blocks], mode: mode), plain] {
        let scores = weight.score(x, targets: targets, bias: bias, softcap: nil, on: set)
        let logits = weight.product(x, bias: bias, activation: .none, residual: nil, on: set).floats
        for row in 0..<count {
          let own = Array(logits[row * 1500..<(row + 1) * 1500])
          #expect(scores.targetLogits[2 * row..<2 * row + 2] == [own[row], own[1499]], "\(mode), row \(row)")
          #expect(scores.argmaxLogit[row] == own.max(), "\(mode), row \(row)")
        }
      }
    }
  }

  @Test(
    "A number that is not finite makes its own row NaN, and no other", arguments: [ComputeMode.int16, .int8])
  func notFinite(mode: ComputeMode) {
    let weight = packed([randomBlocks(.q40, rows: 64, width: 64)], mode: mode)
    for value in [Float.infinity, .nan] {
      var numbers = rows(3, 64).floats
      numbers[64 + 5] = value
      let found = weight.multiply(Tensor(numbers, shape: [3, 64])).floats
      for (place, number) in found.enumerated() {
        #expect(place / 64 == 1 ? number.isNaN : number.isFinite, "\(place)")
      }
    }
  }

  @Test("Rows and gathered columns of blocks are those of the decoded matrix")
  func slices() throws {
    let blocks = randomBlocks(.q41, rows: 9, width: 128)
    let whole = blocks.tensor
    #expect(bits(blocks.rows(2..<7).tensor) == bits(whole.rows(2..<7)))
    #expect(bits(blocks.gatheringRows([8, 0, 3])) == bits(whole.gatheringRows([8, 0, 3])))
    let part = try #require(blocks.gathering(rows: [6..<9, 0..<2], columns: 32..<96))
    let expected = Array([6, 7, 8, 0, 1].map { whole.columns(32..<96).rows($0..<$0 + 1).floats }.joined())
    #expect(part.shape == [5, 64] && part.tensor.floats == expected)
    #expect(blocks.gathering(rows: [0..<9], columns: 16..<48) == nil)
  }
}

import CKernels
import Foundation
import TensorCoreTesting
import Testing

@testable import TensorCore

extension GradientsTests {
  @Test(
    "The gradients of rotation agree with central differences",
    arguments: [RotaryTable.Layout.halfSplit, .interleaved])
  func rotation(layout: RotaryTable.Layout) {
    var random = SeededGenerator(seed: 8)
    let (x, seed) = (random.floats(5 * 20), random.floats(5 * 20))
    let table = RotaryTable(
      base: 100, width: 6, maximumPosition: 16, layout: layout,
      scaling: .none)
    let positions: [Int32] = [0, 3, 4, 9, 15]
    func rotated(_ x: [Float]) -> [Float] {
      var rows = Tensor(x, shape: [5, 20])
      rows.rotate(columns: 4..<20, headWidth: 8, by: table, at: positions)
      return rows.floats
    }
    // Linear: its derivative is the transpose of what it does to unit vectors.
    let expected = x.indices.map { index in
      var unit = [Float](repeating: 0, count: x.count)
      unit[index] = 1
      return loss(rotated(unit).map(Double.init), seed)
    }
    let found = backward([Tensor(x, shape: [5, 20])], seed: seed) { inputs in
      var rows = inputs[0]
      rows.rotate(columns: 4..<20, headWidth: 8, by: table, at: positions)
      return rows
    }
    expectClose(found[0], expected, 1e-6)
  }

  /// Two sequences, so long that they take several blocks of rows, with shared key heads and windows.
  @Test(
    "The gradients of attention agree with central differences",
    arguments: [(4, 1, 5, Int?.none), (2, 2, 16, nil), (4, 2, 20, 7), (2, 1, 33, 64), (1, 1, 70, 40)])
  func attention(heads: Int, keyHeads: Int, headWidth: Int, window: Int?) {
    var random = SeededGenerator(seed: UInt64(headWidth))
    let lengths = [67, 130]
    let (queryWidth, keyWidth) = (heads * headWidth, keyHeads * headWidth)
    let width = queryWidth + 2 * keyWidth + 3  // and columns that take no part
    let tokens = lengths.reduce(0, +)
    let x = random.floats(tokens * width, in: -1...1)
    let seed = random.floats(tokens * queryWidth)
    let columns = AttentionColumns(
      queries: 0..<queryWidth, keys: queryWidth..<queryWidth + keyWidth,
      values: queryWidth + keyWidth..<queryWidth + 2 * keyWidth)
    let pages = KVCache(layers: 1, keyHeads: keyHeads, headWidth: headWidth, mode: .float32)
    var segments: [Segment] = []
    for length in lengths {
      let first = segments.last?.rows.upperBound ?? 0
      let table = (0..<Segment.pageCount(forPositions: length)).map { _ in pages.allocate() }
      segments.append(Segment(rows: first..<first + length, start: 0, pages: table))
    }
    let found = backward([Tensor(x, shape: [tokens, width])], seed: seed) {
      $0[0].attending(
        columns, in: pages, layer: 0, segments: segments, stored: segments, scale: 0.3, window: window)
    }[0]
    let expected = Self.attentionGradient(
      x.map(Double.init), seed.map(Double.init), lengths, (heads, keyHeads, headWidth, width), 0.3, window)
    expectClose(found, expected)
  }

  /// The chain rule as it is written, one weight after the other.
  private static func attentionGradient(
    _ x: [Double], _ seed: [Double], _ lengths: [Int],
    _ sizes: (heads: Int, keyHeads: Int, headWidth: Int, width: Int), _ scale: Double, _ window: Int?
  ) -> [Double] {
    var result = [Double](repeating: 0, count: x.count)
    let (heads, keyHeads, d, width) = sizes
    var first = 0
    for length in lengths {
      for head in 0..<heads {
        let shared = head / (heads / keyHeads)
        func query(_ row: Int) -> Int { (first + row) * width + head * d }
        func key(_ row: Int) -> Int { (first + row) * width + (heads + shared) * d }
        func value(_ row: Int) -> Int { key(row) + keyHeads * d }
        for row in 0..<length {
          let seen = Array(max(0, row + 1 - (window ?? length))...row)
          let weights = Reference.softmax(
            seen.map { other in (0..<d).reduce(0) { $0 + x[query(row) + $1] * x[key(other) + $1] } * scale })
          let output = (first + row) * heads * d + head * d
          let back = seen.map { other in
            (0..<d).reduce(0) { $0 + seed[output + $1] * x[value(other) + $1] }
          }
          let mean = zip(weights, back).reduce(0) { $0 + $1.0 * $1.1 }
          for (index, other) in seen.enumerated() {
            let slope = weights[index] * (back[index] - mean) * scale
            for i in 0..<d {
              result[query(row) + i] += slope * x[key(other) + i]
              result[key(other) + i] += slope * x[query(row) + i]
              result[value(other) + i] += weights[index] * seed[output + i]
            }
          }
        }
      }
      first += length
    }
    return result
  }
}

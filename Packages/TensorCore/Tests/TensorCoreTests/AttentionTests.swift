import CKernels
import Foundation
import TensorCoreTesting
import Testing

@testable import TensorCore

/// Random queries, keys and values of one pass: `[tokens, (heads + 2 · keyHeads) · width]`, as a fused projection has them.
struct AttentionCase {
  var heads = 6, keyHeads = 2, width = 20
  var mode = ComputeMode.float32
  var window: Int?
  var chunk: Int?
  /// One a head.
  var sinks: [Float]?
  var modification = ScoreModification.none
  let fused: Tensor

  init(
    tokens: Int, heads: Int = 6, keyHeads: Int = 2, width: Int = 20, mode: ComputeMode = .float32,
    window: Int? = nil, chunk: Int? = nil, hasSinks: Bool = false,
    softcap: Float? = nil, slope: Float? = nil
  ) {
    (self.heads, self.keyHeads, self.width, self.mode, self.window) = (heads, keyHeads, width, mode, window)
    self.chunk = chunk
    modification.softcap = softcap
    // Those of the heads after two others, as a rank of several has them.
    modification.bias = slope.map { slope in
      PositionBias(slopes: (0..<heads + 2).map { slope / Float($0 + 1) }).heads(2..<heads + 2)
    }
    var random = SeededGenerator(seed: UInt64(tokens * 131 + width))
    let columns = (heads + 2 * keyHeads) * width
    fused = Tensor(random.floats(tokens * columns, in: -2...2), shape: [tokens, columns])
    sinks = hasSinks ? random.floats(heads, in: -3...6) : nil
  }

  var scale: Float { 1 / Float(width).squareRoot() }
  var queryColumns: Range<Int> { 0..<heads * width }
  var keyColumns: Range<Int> { heads * width..<(heads + keyHeads) * width }
  var valueColumns: Range<Int> { (heads + keyHeads) * width..<(heads + 2 * keyHeads) * width }

  func pages(_ layers: Int = 1) -> KVCache {
    KVCache(layers: layers, keyHeads: keyHeads, headWidth: width, mode: mode)
  }

  /// Writes the segments of `rows` and attends to them.
  func run(_ rows: Tensor, _ pages: KVCache, _ segments: [Segment], layer: Int = 0) -> Tensor {
    pages.write(
      layer: layer, rows: rows, keyColumns: keyColumns, valueColumns: valueColumns, segments: segments)
    return rows.attending(
      queryColumns: queryColumns, heads: heads, to: pages, layer: layer, segments: segments, scale: scale,
      window: window, chunk: chunk, sinks: sinks.map { Tensor($0, shape: [heads]) },
      modification: modification)
  }

  /// All rows as one sequence, in one pass.
  func whole() -> Tensor {
    let pages = pages()
    let count = fused.rowCount
    return run(fused, pages, [Segment(rows: 0..<count, start: 0, pages: pages.table(for: count))])
  }

  /// Rows about the edges of pages, and some between.
  var sample: [Int] {
    let last = fused.rowCount - 1
    return (0...last).filter { [0, 1, 62, 63].contains($0 % 64) || $0 == last || $0 % 37 == 5 }
  }

  /// The sampled rows in float64, from operands rounded to bfloat16 in that mode, and a bound on the error of each element.
  func reference() -> (exact: [Double], bounds: [Double]) {
    let operands = (mode == .bfloat16 ? fused.converted(to: .bfloat16) : fused).floats.map(Double.init)
    let columns = fused.width
    func vector(_ row: Int, _ range: Range<Int>, _ head: Int) -> [Double] {
      let start = row * columns + range.lowerBound + head * width
      return Array(operands[start..<start + width])
    }
    var exact: [Double] = []
    var bounds: [Double] = []
    for row in sample {
      for head in 0..<heads {
        let keyHead = head / (heads / keyHeads)
        let seen = max(row - row % (chunk ?? .max), row - (window ?? .max - 1) + 1)...row
        let query = vector(row, queryColumns, head)
        var keys = seen.map { vector($0, keyColumns, keyHead) }
        var values = seen.map { vector($0, valueColumns, keyHead) }
        if let sink = sinks?[head] {  // a key of that score, without a value
          let norm = query.reduce(0) { $0 + $1 * $1 }
          keys.insert(query.map { $0 * Double(sink) / Double(scale) / norm }, at: 0)
          values.insert(Array(repeating: 0, count: width), at: 0)
        }
        let biases =
          (sinks == nil ? [] : [0])
          + seen.map { position in
            (modification.bias?.value(head: head, position: position)).map { bias in
              Double(bias) - Double(modification.bias!.value(head: head, position: row))
            } ?? 0
          }
        let plain = keys.map { key in zip(query, key).reduce(0) { $0 + $1.0 * $1.1 } * Double(scale) }
        let scores = zip(
          modification.softcap.map { cap in plain.map { Double(cap) * tanh($0 / Double(cap)) } }
            ?? plain, biases
        )
        .map(+)
        let weights = Reference.softmax(scores)
        exact += (0..<width).map { i in zip(weights, values).reduce(0) { $0 + $1.0 * $1.1[i] } }
        // tc_attend_fn's bound: every weight is off by `relative`, the sums of both weights and products besides.
        let size = keys.map { key in zip(query, key).reduce(0) { $0 + abs($1.0 * $1.1) } * Double(scale) }
          .max()!
        let spread = scores.max()! - scores.min()!
        let count = Double(seen.count)
        let pages = Double(row / 64 + 1)
        let unit = 0x1p-24
        var relative = unit * (2 * Double(width) * size + spread + count / 16 + pages + 12)
        if modification.softcap != nil { relative += 8 * unit * scores.map(abs).max()! }
        if modification.bias != nil { relative += 2 * unit * (scores + biases).map(abs).max()! }
        if mode == .bfloat16 { relative += 2 * 0x1p-9 }
        for i in 0..<width {
          let magnitude = zip(weights, values).reduce(0) { $0 + $1.0 * abs($1.1[i]) }
          bounds.append(magnitude * (2 * relative + (count + pages) * unit) + 1e-30)
        }
      }
    }
    return (exact, bounds)
  }
}

extension KVCache {
  /// New pages for `count` positions.
  func table(for count: Int) -> [Int32] {
    (0..<Segment.pageCount(forPositions: count)).map { _ in allocate() }
  }
}

@Suite("Attention", .serialized)
struct AttentionTests {
  @Test(
    "Attention keeps its error bound, and all instruction sets give the same bits",
    arguments: [
      AttentionCase(tokens: 1), AttentionCase(tokens: 63, width: 16), AttentionCase(tokens: 65, width: 64),
      AttentionCase(tokens: 200), AttentionCase(tokens: 130, heads: 4, keyHeads: 4, width: 7),
      AttentionCase(tokens: 150, heads: 5, keyHeads: 1, width: 80),
      AttentionCase(tokens: 90, heads: 8, keyHeads: 1, width: 33),
      AttentionCase(tokens: 200, window: 1), AttentionCase(tokens: 200, width: 16, window: 50),
      AttentionCase(tokens: 270, heads: 2, keyHeads: 1, width: 9, window: 64),
      AttentionCase(tokens: 270, heads: 3, keyHeads: 3, width: 5, window: 131),
      AttentionCase(tokens: 200, chunk: 50), AttentionCase(tokens: 150, width: 16, window: 9, chunk: 64),
      AttentionCase(tokens: 200, hasSinks: true),
      AttentionCase(tokens: 130, heads: 6, keyHeads: 3, width: 8, window: 5, hasSinks: true),
      AttentionCase(tokens: 150, width: 16, softcap: 1.5),
      AttentionCase(tokens: 270, heads: 6, keyHeads: 3, width: 12, slope: 0.4),
      AttentionCase(tokens: 140, heads: 4, keyHeads: 1, width: 24, window: 70, softcap: 3, slope: 0.05),
    ], ComputeMode.allCases)
  func bound(_ float32: AttentionCase, mode: ComputeMode) throws {
    var attention = float32
    attention.mode = mode
    let (exact, bounds) = attention.reference()
    let before = InstructionSet.current
    defer { try? InstructionSet.pin(before) }
    var first: [UInt32]?
    for set in InstructionSet.available {
      try InstructionSet.pin(set)
      let output = attention.whole()
      let sample = attention.sample.flatMap { output.rows($0..<$0 + 1).floats }
      let share = worstShare(of: bounds, sample, exact)
      #expect(share <= 1, "\(set)")
      #expect(bits(output.floats) == first ?? bits(output.floats), "\(set) differs from scalar")
      first = first ?? bits(output.floats)
    }
  }

  @Test(
    "Attention gives the same bits whether a prefix was cached or not, and wherever it was cut",
    arguments: [
      AttentionCase(tokens: 200), AttentionCase(tokens: 200, mode: .bfloat16),
      AttentionCase(tokens: 200, width: 64, mode: .bfloat16, window: 37),
      AttentionCase(tokens: 200, heads: 9, keyHeads: 3, width: 64, window: 70),
      AttentionCase(tokens: 200, heads: 2, keyHeads: 2, width: 11, mode: .bfloat16),
      AttentionCase(tokens: 200, chunk: 70, hasSinks: true),
      AttentionCase(tokens: 200, heads: 4, keyHeads: 2, width: 8, window: 90, softcap: 2, slope: 0.3),
    ], [[200], [1, 199], [64, 136], [63, 1, 1, 135], [100, 7, 93]])
  func cached(attention: AttentionCase, cuts: [Int]) {
    let whole = attention.whole()
    let pages = attention.pages()
    let table = pages.table(for: 200)
    var start = 0
    for count in cuts {
      let rows = attention.fused.rows(start..<start + count)
      let part = attention.run(rows, pages, [Segment(rows: 0..<count, start: start, pages: table)])
      #expect(bits(part.floats) == bits(whole.rows(start..<start + count).floats))
      start += count
    }
  }

  @Test("Decoding row by row gives the bits of one pass", arguments: ComputeMode.allCases)
  func decoding(mode: ComputeMode) {
    let attention = AttentionCase(tokens: 140, heads: 4, keyHeads: 2, width: 32, mode: mode)
    let whole = attention.whole()
    let pages = attention.pages()
    let table = pages.table(for: 140)
    for position in 0..<140 {
      let row = attention.fused.rows(position..<position + 1)
      let output = attention.run(row, pages, [Segment(rows: 0..<1, start: position, pages: table)])
      #expect(bits(output.floats) == bits(whole.rows(position..<position + 1).floats), "position \(position)")
    }
  }

  @Test("Values that a row does not see do not change its bits", arguments: ComputeMode.allCases, [nil, 40])
  func isolation(mode: ComputeMode, window: Int?) {
    let attention = AttentionCase(tokens: 100, heads: 3, keyHeads: 1, width: 18, mode: mode, window: window)
    let whole = attention.whole().rows(0..<71)
    // Later positions, of the same page even, become NaN.
    var poisoned = attention.fused
    let width = poisoned.width
    poisoned.withMutableElements { elements in
      for i in 71 * width..<elements.count { elements[i] = .nan }
      if let window {  // and so do those before the window of row 70, for row 70
        for i in 0..<(70 - window + 1) * width { elements[i] = .nan }
      }
    }
    let pages = attention.pages()
    let output = attention.run(
      poisoned, pages, [Segment(rows: 0..<100, start: 0, pages: pages.table(for: 100))])
    if window == nil {
      #expect(bits(output.rows(0..<71).floats) == bits(whole.floats))
    } else {
      #expect(bits(output.rows(70..<71).floats) == bits(whole.rows(70..<71).floats))
    }
    #expect(output.rows(71..<72).floats.allSatisfy { $0.isNaN })
  }

  @Test(
    "Several segments in one call have the bits of each alone, on any number of threads",
    arguments: ComputeMode.allCases)
  func batchInvariance(mode: ComputeMode) {
    let attention = AttentionCase(tokens: 300, mode: mode)
    let lengths = [1, 64, 3, 130, 65, 37]
    let pages = attention.pages(3)
    var segments: [Segment] = []
    var first = 0
    for length in lengths {
      segments.append(Segment(rows: first..<first + length, start: 0, pages: pages.table(for: length)))
      first += length
    }
    let threads = ThreadPool.shared.threadCount
    defer { ThreadPool.setThreadCount(threads) }
    ThreadPool.setThreadCount(2)
    let together = attention.run(attention.fused, pages, segments.reversed(), layer: 2)
    ThreadPool.setThreadCount(1)
    let again = attention.run(attention.fused, pages, segments, layer: 2)
    #expect(bits(again.floats) == bits(together.floats))
    for segment in segments {
      let rows = attention.fused.rows(segment.rows)
      let own = attention.pages()
      let alone = attention.run(
        rows, own, [Segment(rows: 0..<rows.rowCount, start: 0, pages: own.table(for: rows.rowCount))])
      #expect(bits(alone.floats) == bits(together.rows(segment.rows).floats))
    }
  }

  @Test("Rows of no segment are zero")
  func uncovered() {
    let attention = AttentionCase(tokens: 5)
    let pages = attention.pages()
    let output = attention.run(
      attention.fused, pages, [Segment(rows: 1..<4, start: 0, pages: pages.table(for: 3))])
    #expect(
      output.rows(0..<1).floats.allSatisfy { $0 == 0 } && output.rows(4..<5).floats.allSatisfy { $0 == 0 })
    #expect(output.rows(1..<4).floats.allSatisfy { $0 != 0 })
  }
}

@Suite("Key-value pages")
struct KeyValuePagesTests {
  @Test("A forked sequence shares full pages and copies its last one", arguments: ComputeMode.allCases)
  func fork(mode: ComputeMode) {
    let attention = AttentionCase(tokens: 120, mode: mode)
    let pages = attention.pages()
    let stem = pages.table(for: 100)
    _ = attention.run(attention.fused.rows(0..<100), pages, [Segment(rows: 0..<100, start: 0, pages: stem)])
    pages.retain(stem[0])
    let branch = [stem[0], pages.copyPage(stem[1])]
    #expect(pages.pagesInUse == 3)
    // Both continue; the stem writes first.
    let tail = attention.fused.rows(100..<120)
    var other = tail
    other.withMutableElements { for i in $0.indices { $0[i] = -$0[i] } }
    _ = attention.run(other, pages, [Segment(rows: 0..<20, start: 100, pages: stem)])
    let output = attention.run(tail, pages, [Segment(rows: 0..<20, start: 100, pages: branch)])
    #expect(bits(output.floats) == bits(attention.whole().rows(100..<120).floats))
    for page in stem + branch { pages.release(page) }
    #expect(pages.pagesInUse == 0)
  }

  @Test(
    "Pages kept for one pass hold one layer at a time, whether they are new or copies",
    arguments: ComputeMode.allCases)
  func onePass(mode: ComputeMode) {
    let attention = AttentionCase(tokens: 70, mode: mode)
    let pages = attention.pages(3)
    let stem = pages.table(for: 40)
    for layer in 0..<3 {
      _ = attention.run(
        attention.fused.rows(0..<40), pages, [Segment(rows: 0..<40, start: 0, pages: stem)], layer: layer)
    }
    let branch = [pages.copyPage(stem[0]), pages.allocate()]
    branch.forEach(pages.keepForOnePass)
    #expect(pages.bytesInUse == pages.pageByteCount + 2 * (pages.pageByteCount / 3))
    for layer in 0..<3 {
      let output = attention.run(
        attention.fused.rows(40..<70), pages, [Segment(rows: 0..<30, start: 40, pages: branch)], layer: layer)
      #expect(bits(output.floats) == bits(attention.whole().rows(40..<70).floats))
    }
    for page in stem + branch { pages.release(page) }
    #expect(pages.bytesInUse == 0)
  }

  @Test("Numbers of released pages are used again")
  func reuse() {
    let pages = KVCache(layers: 1, keyHeads: 1, headWidth: 8, mode: .float32)
    let first = pages.allocate()
    let second = pages.allocate()
    pages.release(first)
    #expect(pages.allocate() == first)
    pages.retain(second)
    pages.release(second)
    #expect(pages.pagesInUse == 2)
    #expect(pages.pageByteCount == (8 * 64 + 64 * 16) * 4)
  }

  @Test("Wrong shapes and released sequences trap")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      KVCache(layers: 1, keyHeads: 1, headWidth: 8, mode: .float32).release(0)
    }
    await #expect(processExitsWith: .failure) {  // a shared page is not written
      let pages = KVCache(layers: 1, keyHeads: 1, headWidth: 2, mode: .float32)
      let page = pages.allocate()
      pages.retain(page)
      pages.write(
        layer: 0, rows: Tensor(zeros: [1, 4]), keyColumns: 0..<2, valueColumns: 2..<4,
        segments: [Segment(rows: 0..<1, start: 0, pages: [page])])
    }
  }
}

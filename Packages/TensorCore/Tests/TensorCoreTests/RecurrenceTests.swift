import CKernels
import Foundation
import TensorCoreTesting
import Testing

@testable import TensorCore

/// A recurrence on rows of random numbers, and what it is in float64.
private struct Recurrence: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let rowWidth: Int
  let state: LayerState
  let run: @Sendable (Tensor, KVCache, [Segment], [Segment]) -> Tensor
  /// All rows of one sequence.
  let exact: @Sendable ([[Double]]) -> [[Double]]

  static let all = [convolution(taps: 4, channels: 21), channelScan, headScan, deltaRule]

  static func convolution(taps: Int, channels: Int) -> Recurrence {
    var random = SeededGenerator(seed: 2)
    let (weight, bias) = (random.floats(channels * taps), random.floats(channels))
    let own = CausalConvolution(
      weight: Tensor(weight, shape: [channels, 1, taps]), bias: Tensor(bias, shape: [channels]))
    return Recurrence(
      testDescription: "convolution", rowWidth: channels, state: own.state,
      run: { own(RowPart($0), in: $1, layer: 0, segments: $2, stored: $3) },
      exact: { rows in
        rows.indices.map { position in
          (0..<channels).map { channel in
            (0..<taps).reduce(Double(bias[channel])) { sum, tap in
              let place = position - taps + 1 + tap
              return place < 0 ? sum : sum + Double(weight[channel * taps + tap]) * rows[place][channel]
            }
          }
        }
      })
  }

  /// Twenty-one channels of three numbers: more than one unit, the last one smaller.
  static let channelScan: Recurrence = {
    var random = SeededGenerator(seed: 3)
    let (channels, states) = (21, 3)
    let (decay, skip) = (random.floats(channels * states, in: -2 ... -0.05), random.floats(channels))
    let own = SelectiveScan(
      channelDecay: Tensor(decay, shape: [channels, states]), skip: Tensor(skip, shape: [channels]))
    return Recurrence(
      testDescription: "scan of channels", rowWidth: own.rowWidth, state: own.state,
      run: { own([RowPart($0)], in: $1, layer: 0, segments: $2, stored: $3) },
      exact: { rows in
        Self.scan(rows, channels: channels, states: states, groups: 1, skip: skip) { channel, state in
          (channels + 2 * states + channel, 0, Double(decay[channel * states + state]))
        }
      })
  }()

  /// Four heads of eighteen channels in two groups of five numbers.
  static let headScan: Recurrence = {
    var random = SeededGenerator(seed: 4)
    let (heads, width, groups, states) = (4, 18, 2, 5)
    let (decay, skip) = (random.floats(heads, in: -2 ... -0.05), random.floats(heads))
    let own = SelectiveScan(
      headDecay: Tensor(decay, shape: [heads]), skip: Tensor(skip, shape: [heads]), headWidth: width,
      groups: groups, states: states)
    let channels = heads * width
    return Recurrence(
      testDescription: "scan of heads", rowWidth: own.rowWidth, state: own.state,
      run: { own([RowPart($0)], in: $1, layer: 0, segments: $2, stored: $3) },
      exact: { rows in
        Self.scan(
          rows, channels: channels, states: states, groups: groups,
          skip: (0..<channels).map { skip[$0 / width] }
        ) { channel, _ in
          let head = channel / width
          return (channels + 2 * groups * states + head, head / (heads / groups), Double(decay[head]))
        }
      })
  }()

  private static func scan(
    _ rows: [[Double]], channels: Int, states: Int, groups: Int, skip: [Float],
    place: (_ channel: Int, _ state: Int) -> (step: Int, group: Int, decay: Double)
  ) -> [[Double]] {
    var state = Array(repeating: 0.0, count: channels * states)
    return rows.map { row in
      (0..<channels).map { channel in
        (0..<states).reduce(Double(skip[channel]) * row[channel]) { sum, index in
          let (step, group, decay) = place(channel, index)
          let b = row[channels + group * states + index]
          let c = row[channels + (groups + group) * states + index]
          let old = state[channel * states + index]
          let new = exp(row[step] * decay) * old + row[step] * row[channel] * b
          state[channel * states + index] = new
          return sum + new * c
        }
      }
    }
  }

  /// Four heads of values nineteen wide, two of keys six wide.
  static let deltaRule: Recurrence = {
    let (heads, keyHeads, keys, values) = (4, 2, 6, 19)
    let own = GatedDeltaRule(heads: heads, keyHeads: keyHeads, keyWidth: keys, valueWidth: values)
    return Recurrence(
      testDescription: "delta rule", rowWidth: own.rowWidth, state: own.state,
      run: { own([RowPart($0)], in: $1, layer: 0, segments: $2, stored: $3) },
      exact: { rows in
        var state = Array(repeating: Array(repeating: 0.0, count: keys * values), count: heads)
        return rows.map { row in
          (0..<heads).flatMap { head -> [Double] in
            let first = head / (heads / keyHeads) * keys
            let (q, k) = (
              row[first..<first + keys], row[keyHeads * keys + first..<keyHeads * keys + first + keys]
            )
            let v = 2 * keyHeads * keys + head * values
            let gates = 2 * keyHeads * keys + heads * values
            let (kept, beta) = (exp(row[gates + head]), row[gates + heads + head])
            return (0..<values).map { value in
              var column = (0..<keys).map { kept * state[head][$0 * values + value] }
              let known = zip(column, k).reduce(0) { $0 + $1.0 * $1.1 }
              let change = beta * (row[v + value] - known)
              for (index, key) in k.enumerated() { column[index] += key * change }
              for index in column.indices { state[head][index * values + value] = column[index] }
              return zip(column, q).reduce(0) { $0 + $1.0 * $1.1 }
            }
          }
        }
      })
  }()

  /// Rows of which those numbers that are exponents are negative, and steps positive.
  func rows(_ count: Int, seed: UInt64) -> [Float] {
    var random = SeededGenerator(seed: seed)
    let isRule = testDescription == "delta rule"
    return random.floats(count * rowWidth).enumerated().map { index, number in
      let column = index % rowWidth
      if isRule {
        return column < rowWidth - 8 ? number / 2 : column < rowWidth - 4 ? -abs(number) : abs(number)
      }
      return testDescription.hasPrefix("scan") && column >= rowWidth - 4 ? abs(number) : number
    }
  }

  /// The rows of one sequence in passes of these lengths.
  func outcome(_ rows: [Float], passes: [Int]) -> [Float] {
    let cache = KVCache([state], mode: .float32)
    var (pages, position, found): ([Int32], Int, [Float]) = ([], 0, [])
    for length in passes {
      while pages.count < Segment.pageCount(forPositions: position + length) {
        pages.append(cache.allocate())
      }
      let segment = Segment(rows: 0..<length, start: position, pages: pages)
      let own = Array(rows[position * rowWidth..<(position + length) * rowWidth])
      found += run(Tensor(own, shape: [length, rowWidth]), cache, [segment], [segment]).floats
      position += length
    }
    return found
  }
}

/// Decays are below one, so that errors of a few roundings a step do not grow over two hundred steps: of results of about one
/// 2⁻²⁴ times tens of terms, 2e-5.
@Suite("Recurrences", .serialized)
struct RecurrenceTests {
  @Test(
    "Recurrences agree with float64, and all instruction sets give the same bits", arguments: Recurrence.all)
  private func exact(recurrence: Recurrence) throws {
    let count = 200
    let rows = recurrence.rows(count, seed: 7)
    let wide = (0..<count).map { row in
      rows[row * recurrence.rowWidth..<(row + 1) * recurrence.rowWidth].map(Double.init)
    }
    let set = InstructionSet.current
    defer { try? InstructionSet.pin(set) }
    let outcomes = try InstructionSet.available.map { set in
      try InstructionSet.pin(set)
      return recurrence.outcome(rows, passes: [count])
    }
    #expect(outcomes.allSatisfy { bits($0) == bits(outcomes[0]) })
    let found = outcomes[0]
    let exact = recurrence.exact(wide).flatMap(\.self)
    #expect(found.count == exact.count)
    let distance = zip(found, exact).map { abs(Double($0) - $1) / max(1, abs($1)) }.max() ?? .infinity
    #expect(distance <= 2e-5, "\(distance)")
  }

  @Test("A recurrence has the same bits however its sequence is cut into passes", arguments: Recurrence.all)
  private func cuts(recurrence: Recurrence) {
    let rows = recurrence.rows(200, seed: 8)
    let whole = bits(recurrence.outcome(rows, passes: [200]))
    for passes in [
      [64, 64, 64, 8], [1, 62, 1, 1, 70, 65], Array(repeating: 1, count: 200), [63, 2, 63, 72],
    ] {
      #expect(bits(recurrence.outcome(rows, passes: passes)) == whole, "\(passes)")
    }
  }

  @Test("A recurrence has the same bits on one thread as on two", arguments: Recurrence.all)
  private func threads(recurrence: Recurrence) {
    let rows = recurrence.rows(130, seed: 9)
    let count = ThreadPool.shared.threadCount
    defer { ThreadPool.setThreadCount(count) }
    let found = [1, 2].map { count in
      ThreadPool.setThreadCount(count)
      return bits(recurrence.outcome(rows, passes: [100, 30]))
    }
    #expect(found[0] == found[1])
  }

  /// As the traversal of a trie does it: a sequence leaves another within a page, some of whose rows are of this pass.
  @Test(
    "A recurrence has the same bits in a sequence that leaves another within a pass",
    arguments: Recurrence.all,
    [1, 37, 63, 64, 65, 90, 127, 128, 129])
  private func forks(recurrence: Recurrence, shared: Int) {
    let rows = recurrence.rows(150, seed: 10)
    let whole = recurrence.outcome(rows, passes: [150])
    let (width, outputs, size) = (recurrence.rowWidth, whole.count / 150, KVCache.positionsPerPage)
    // The first sequence is computed up to `settled` in an earlier pass, and goes on with other rows behind `shared`.
    for settled in [0, 20, 64, 70, 140] where settled <= 140 {
      let cache = KVCache([recurrence.state], mode: .float32)
      let pages = (0..<3).map { _ in cache.allocate() }
      let other = recurrence.rows(150, seed: 11)
      let mixed = Array(rows[..<(shared * width)] + other[(shared * width)...])
      func tensor(_ rows: ArraySlice<Float>) -> Tensor {
        Tensor(Array(rows), shape: [rows.count / width, width])
      }
      if settled > 0 {
        let first = Segment(rows: 0..<settled, start: 0, pages: pages)
        _ = recurrence.run(tensor(mixed[..<(settled * width)]), cache, [first], [first])
      }
      let (kept, start) = (shared / size, shared / size * size)
      var own = Array(pages[..<kept])
      var forks: [Segment] = []
      if start < shared {
        own.append(start < settled ? cache.copyPage(pages[kept]) : cache.allocate())
        let pending = max(start, settled)..<max(shared, settled)
        if !pending.isEmpty, pending.upperBound == shared {
          forks = [
            Segment(
              rows: pending.lowerBound - settled..<shared - settled, start: pending.lowerBound, pages: own)
          ]
        }
      }
      while own.count < 3 { own.append(cache.allocate()) }
      for index in forks.indices { forks[index].pages = own }
      let length = 145 - settled
      let segments = [
        Segment(rows: 0..<length, start: settled, pages: pages),
        Segment(rows: length..<length + 150 - shared, start: shared, pages: own),
      ]
      let pass = Array(mixed[(settled * width)..<(145 * width)] + rows[(shared * width)...])
      let found = recurrence.run(tensor(pass[...]), cache, segments, segments + forks).floats
      #expect(
        bits(Array(found[(length * outputs)...])) == bits(Array(whole[(shared * outputs)...])),
        "settled \(settled)")
    }
  }
}

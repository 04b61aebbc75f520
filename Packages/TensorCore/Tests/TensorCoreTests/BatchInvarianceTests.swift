import TensorCore
import TensorCoreTesting
import Testing

/// Every operation on rows, on 1 to 300 of them and on one and two threads: each row has the bits it has among all.
@Suite("Batch invariance", .serialized)
struct BatchInvarianceTests {
  static let width = 40
  static let most = 300

  struct Operation: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The bits of `[rows, …]`, row after row.
    let bits: @Sendable (Tensor) -> [UInt32]

    init(_ name: String, _ body: @escaping @Sendable (Tensor) -> Tensor) {
      testDescription = name
      bits = { TensorCoreTesting.bits(body($0).floats) }
    }

    init(scoresOf packed: PackedMatrix, _ name: String) {
      testDescription = name
      bits = { rows in
        let count = rows.shape[0]
        let scores = packed.score(
          rows, targets: TargetLists((0..<count).map { [Int32($0 % 100), 7] }), softcap: 9, topCount: 3)
        var all: [UInt32] = []
        for row in 0..<count {
          let (targets, top) = (2 * row..<2 * row + 2, 3 * row..<3 * row + 3)
          all += TensorCoreTesting.bits([scores.logSumExp[row], Float(scores.argmax[row])])
          all += TensorCoreTesting.bits(Array(scores.targetLogProbabilities[targets]))
          all += TensorCoreTesting.bits(Array(scores.topLogits[top]))
          all += (scores.targetRanks[targets] + scores.topIDs[top]).map { UInt32(bitPattern: $0) }
        }
        return all
      }
    }
  }

  static let operations: [Operation] = {
    var random = SeededGenerator(seed: 21)
    func tensor(_ shape: [Int]) -> Tensor { Tensor(random.floats(shape.reduce(1, *)), shape: shape) }
    let (gain, shift, weight) = (tensor([width]), tensor([width]), tensor([3 * width, width]))
    let bias = tensor([3 * width])
    let up = tensor([3 * width, width])
    let table = RotaryTable(base: 10_000, width: 8, maximumPosition: most)
    var list = [
      Operation("layerNormalized") { $0.layerNormalized(weight: gain, bias: shift, epsilon: 1e-5) },
      Operation("rmsNormalized") { $0.rmsNormalized(weight: gain, epsilon: 1e-5) },
      Operation("gelu(.tanh)") { $0.gelu(.tanh) }, Operation("gelu(.erf)") { $0.gelu(.erf) },
      Operation("silu") { $0.silu() }, Operation("siluGated") { $0.siluGated($0) },
      Operation("softmax") { $0.softmax() }, Operation("adding") { $0.adding($0) },
      Operation("gatheringRows") { rows in
        weight.gatheringRows((0..<Int32(rows.shape[0])).map { $0 % Int32(3 * width) })
      },
      Operation("rotate") { rows in
        var rotated = rows
        rotated.rotate(
          columns: 0..<width, headWidth: 8, by: table, at: (0..<Int32(rows.shape[0])).map { $0 })
        return rotated
      },
      Operation("converted(to: .bfloat16)") { $0.converted(to: .bfloat16).converted(to: .float32) },
    ]
    for mode in ComputeMode.allCases {
      let packed = PackedMatrix(weight, orientation: .outputsByInner, mode: mode)
      let gated = PackedMatrix(gate: weight, up: up, orientation: .outputsByInner, mode: mode)
      let back = PackedMatrix(
        Tensor(weight.floats, shape: [width, 3 * width]), orientation: .outputsByInner, mode: mode)
      list += [
        Operation("multiply, \(mode)") { packed.multiply($0, bias: bias, activation: .geluTanh) },
        Operation("gated and added, \(mode)") { back.multiply(gated.gated($0), adding: $0) },
        Operation(scoresOf: packed, "score, \(mode)"),
        Operation("attending, \(mode)") { rows in
          let pages = KVCache(layers: 1, keyHeads: 2, headWidth: 8, mode: mode)
          let fused = packed.multiply(rows)
          let count = rows.shape[0]
          let segment = Segment(
            rows: 0..<count, start: 0,
            pages: (0..<Segment.pageCount(forPositions: count)).map { _ in pages.allocate() })
          pages.write(
            layer: 0, rows: fused, keyColumns: 40..<56, valueColumns: 56..<72, segments: [segment])
          return fused.attending(
            queryColumns: 0..<32, heads: 4, to: pages, layer: 0, segments: [segment], scale: 0.35,
            window: 100)
        },
      ]
    }
    return list
  }()

  @Test("A row has the same bits whichever rows are computed beside it", arguments: operations)
  func changesNothing(operation: Operation) {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.setThreadCount(before) }
    var random = SeededGenerator(seed: 22)
    let rows = Tensor(random.floats(Self.most * Self.width), shape: [Self.most, Self.width])
    ThreadPool.setThreadCount(1)
    let all = operation.bits(rows)
    let width = all.count / Self.most
    for threads in [1, 2] {
      ThreadPool.setThreadCount(threads)
      for count in 1...Self.most {
        let some = operation.bits(rows.rows(0..<count))
        #expect(some.elementsEqual(all.prefix(count * width)), "\(count) rows, \(threads) threads")
      }
    }
  }
}

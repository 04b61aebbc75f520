import Foundation
import TensorCore
import Testing

@Suite("Fused unembedding")
struct PackedMatrixScoreTests {
  struct Sample {
    let rows: Tensor
    let packed: PackedMatrix
    let targets: TargetLists
    let logits: [[Float]]

    let bias: Tensor?

    init(
      rows count: Int, vocabulary: Int, inner: Int, mode: ComputeMode = .float32, duplicates: Bool = false,
      hasBias: Bool = false
    ) {
      var samples = ProductSamples(seed: count + vocabulary)
      rows = samples.tensor([count, inner])
      var weight = samples.tensor([vocabulary, inner])
      if duplicates {  // equal weights make equal logits
        weight = Tensor(
          (0..<vocabulary).flatMap { weight.rows($0 % 3..<$0 % 3 + 1).floats }, shape: weight.shape)
      }
      packed = PackedMatrix(weight, orientation: .outputsByInner, mode: mode)
      targets = TargetLists(
        (0..<count).map { samples.identifiers($0 % 4, below: vocabulary) })
      bias = hasBias ? samples.tensor([vocabulary]) : nil
      let product = packed.multiply(rows, bias: bias)
      logits = (0..<count).map { product.rows($0..<$0 + 1).floats }
    }
  }

  static func check(_ scores: RowScores, _ sample: Sample, cap: Double? = nil) {
    for (row, raw) in sample.logits.enumerated() {
      let logits = raw.map { logit in cap.map { $0 * tanh(Double(logit) / $0) } ?? Double(logit) }
      let largest = logits.max()!
      let reference = largest + log(logits.reduce(0) { $0 + exp($1 - largest) })
      let spread = largest - logits.min()!
      let bound = (72 + spread + 2 * abs(reference)) * 0x1p-24 + (cap ?? 0) * 0x1p-21
      #expect(abs(Double(scores.logSumExp[row]) - reference) <= bound)
      if cap == nil {
        #expect(Int(scores.argmax[row]) == raw.firstIndex(of: raw.max()!))
        #expect(scores.argmaxLogit[row] == raw.max())
      }
      for t in Int(sample.targets.offsets[row])..<Int(sample.targets.offsets[row + 1]) {
        let id = Int(sample.targets.ids[t])
        let probability = scores.targetLogProbabilities[t]
        #expect(
          abs(Double(probability) - (logits[id] - reference)) <= bound + abs(logits[id] - reference) * 0x1p-24
        )
        guard cap == nil else { continue }
        #expect(scores.targetLogits[t].bitPattern == raw[id].bitPattern)
        let before = raw.indices.count { raw[$0] > raw[id] || (raw[$0] == raw[id] && $0 < id) }
        #expect(Int(scores.targetRanks[t]) == before)
      }
    }
  }

  @Test(
    "A fused score agrees with logits in float64", arguments: InstructionSet.available,
    [(1, 1, 3), (3, 63, 5), (7, 64, 16), (8, 65, 9), (20, 1023, 17), (5, 1025, 30), (9, 3000, 11)])
  func agreesWithReference(set: InstructionSet, shape: (rows: Int, vocabulary: Int, inner: Int)) {
    let sample = Sample(rows: shape.rows, vocabulary: shape.vocabulary, inner: shape.inner)
    Self.check(sample.packed.score(sample.rows, targets: sample.targets, softcap: nil, on: set), sample)
  }

  @Test("A fused score adds a bias to the logits", arguments: InstructionSet.available, [1, 64, 1030])
  func bias(set: InstructionSet, vocabulary: Int) {
    let sample = Sample(rows: 9, vocabulary: vocabulary, inner: 11, hasBias: true)
    let scores = sample.packed.score(
      sample.rows, targets: sample.targets, bias: sample.bias, softcap: nil, on: set)
    Self.check(scores, sample)
  }

  @Test(
    "The greedy id is the lowest among equal logits, and equal logits rank by id", arguments: [3, 100, 2500])
  func ties(vocabulary: Int) {
    let sample = Sample(rows: 8, vocabulary: vocabulary, inner: 7, duplicates: true)
    let scores = sample.packed.score(sample.rows, targets: sample.targets)
    Self.check(scores, sample)
    #expect(scores.argmax.allSatisfy { $0 < 3 })
  }

  @Test(
    "The largest logits are kept, equals by id, on every instruction set and any number of threads",
    arguments: [(1, 1, 1), (3, 64, 64), (9, 3000, 5), (40, 5000, 100), (1500, 1100, 3)], [false, true])
  func top(shape: (rows: Int, vocabulary: Int, count: Int), duplicates: Bool) {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.setThreadCount(before) }
    let sample = Sample(rows: shape.rows, vocabulary: shape.vocabulary, inner: 6, duplicates: duplicates)
    for threads in [1, 2] {
      ThreadPool.setThreadCount(threads)
      for set in InstructionSet.available {
        let scores = sample.packed.score(
          sample.rows, targets: sample.targets, softcap: nil, topCount: shape.count, on: set)
        Self.check(scores, sample)
        for (row, logits) in sample.logits.enumerated() {
          let order = logits.indices.sorted { (logits[$1], $0) < (logits[$0], $1) }.prefix(shape.count)
          let kept = row * shape.count..<(row + 1) * shape.count
          #expect(scores.topIDs[kept].elementsEqual(order.map(Int32.init)))
          #expect(scores.topLogits[kept].elementsEqual(order.map { logits[$0] }))
        }
      }
    }
  }

  @Test("The largest logits leave out what is not a number")
  func topOfNaN() {
    let weight = Tensor([1, .nan, 3, -.infinity], shape: [4, 1])
    let packed = PackedMatrix(weight, orientation: .outputsByInner, mode: .float32)
    let scores = packed.score(
      Tensor([Float(2)], shape: [1, 1]), targets: TargetLists(noneFor: 1), topCount: 4)
    #expect(scores.topIDs == [2, 0, -1, -1] && scores.topLogits == [6, 2, -.infinity, -.infinity])
  }

  @Test("A fused score takes less than 32 MB, whatever is asked")
  func workSpace() {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.setThreadCount(before) }
    let targets = TargetLists((0..<4096).map { row in (0..<64).map { Int32(row + $0) } })
    for (vocabulary, inner) in [(151_936, 64), (8192, 8192)] {
      let packed = PackedMatrix(
        Tensor(zeros: [vocabulary, inner], elementType: .bfloat16), orientation: .outputsByInner,
        mode: .bfloat16)
      for (threads, count) in [(1, 0), (2, 0), (2, 1024), (64, 0), (64, 64)] {
        ThreadPool.setThreadCount(threads)
        #expect(packed.scoreWorkSpace(targets: targets, topCount: count) < 32 << 20)
      }
    }
  }

  @Test("A fused score caps logits softly")
  func softcap() {
    let sample = Sample(rows: 6, vocabulary: 1500, inner: 40)
    Self.check(sample.packed.score(sample.rows, targets: sample.targets, softcap: 2), sample, cap: 2)
  }

  @Test("Fused scores in float32 have the same bits on every instruction set")
  func variantsAgree() {
    let sample = Sample(rows: 13, vocabulary: 2100, inner: 33)
    let all = InstructionSet.available.map {
      sample.packed.score(sample.rows, targets: sample.targets, softcap: 5, on: $0)
    }
    #expect(all.allSatisfy { $0 == all[0] })
  }

  @Test("A fused score gives a row the same bits beside any other rows", arguments: ComputeMode.allCases)
  func rowsAreIndependent(mode: ComputeMode) {
    let sample = Sample(rows: 1100, vocabulary: 1200, inner: 6, mode: mode)  // more rows than one pass takes
    let scores = sample.packed.score(sample.rows, targets: sample.targets)
    for row in stride(from: 0, to: 1100, by: 13) {
      let range = Int(sample.targets.offsets[row])..<Int(sample.targets.offsets[row + 1])
      let alone = sample.packed.score(
        sample.rows.rows(row..<row + 1), targets: TargetLists([Array(sample.targets.ids[range])]))
      #expect(alone.logSumExp == [scores.logSumExp[row]])
      #expect(alone.argmax == [scores.argmax[row]])
      #expect(alone.targetLogProbabilities == Array(scores.targetLogProbabilities[range]))
      #expect(alone.targetRanks == Array(scores.targetRanks[range]))
    }
  }

  @Test("No rows give no scores, and rows without targets give none")
  func empty() {
    let sample = Sample(rows: 2, vocabulary: 70, inner: 3)
    #expect(sample.packed.score(sample.rows, targets: TargetLists(noneFor: 2)).argmax.count == 2)
    #expect(sample.packed.score(sample.rows.rows(0..<0), targets: TargetLists(noneFor: 0)).argmax.isEmpty)
  }

  @Test("A target outside the vocabulary traps")
  func targetOutside() async {
    await #expect(processExitsWith: .failure) {
      let sample = Sample(rows: 1, vocabulary: 5, inner: 2)
      _ = sample.packed.score(sample.rows, targets: TargetLists([[5]]))
    }
  }
}

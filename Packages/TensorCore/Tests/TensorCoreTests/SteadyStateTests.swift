import TensorCore
import Testing

@Suite("Steady state")
struct SteadyStateTests {
  /// One layer and the vocabulary, as a model calls them.
  static func pass(_ weights: Weights, rows: Int) {
    let pages = weights.pages
    let table = (0..<Segment.pageCount(forPositions: rows)).map { _ in pages.allocate() }
    defer { table.forEach(pages.release) }
    let segment = Segment(rows: 0..<rows, start: 0, pages: table)
    var x = weights.embedding.gatheringRows((0..<Int32(rows)).map { $0 % 300 })
    let fused = weights.fused.multiply(x.rmsNormalized(weight: weights.gain, epsilon: 1e-5))
    pages.write(layer: 0, rows: fused, keyColumns: 64..<128, valueColumns: 128..<192, segments: [segment])
    let mixed = fused.attending(
      queryColumns: 0..<64, heads: 4, to: pages, layer: 0, segments: [segment], scale: 0.25, window: nil)
    x.add(mixed)
    _ = weights.vocabulary.score(x, targets: TargetLists((0..<rows).map { [Int32($0 % 300)] }))
  }

  struct Weights {
    let embedding: Tensor
    let gain: Tensor
    let fused: PackedMatrix
    let vocabulary: PackedMatrix
    let pages: KVCache

    init(mode: ComputeMode) {
      var samples = ProductSamples(seed: 11)
      embedding = samples.tensor([300, 64])
      gain = samples.tensor([64])
      fused = PackedMatrix(samples.tensor([192, 64]), orientation: .outputsByInner, mode: mode)
      vocabulary = PackedMatrix(embedding, orientation: .outputsByInner, mode: mode)
      pages = KVCache(layers: 1, keyHeads: 4, headWidth: 16, mode: mode)
    }
  }

  /// In a process of its own, because the pool's counters are the whole process's.
  @Test("A pass of the same shapes as the one before allocates nothing, in float32")
  func float32() async {
    await #expect(processExitsWith: .success) { Self.check(.float32) }
  }

  @Test("A pass of the same shapes as the one before allocates nothing, in bfloat16")
  func bfloat16() async {
    await #expect(processExitsWith: .success) { Self.check(.bfloat16) }
  }

  static func check(_ mode: ComputeMode) {
    let weights = Weights(mode: mode)
    pass(weights, rows: 150)
    let before = BufferPool.shared.statistics
    for _ in 0..<50 { pass(weights, rows: 150) }
    let after = BufferPool.shared.statistics
    precondition(after.reuses > before.reuses, "the pool was not asked")
    precondition(after.peakBytes - before.peakBytes <= 1 << 16, "a higher peak")
    // Attention lends every thread a block, which a thread that came late to the first pass takes later.
    precondition(after.allocations - before.allocations < ThreadPool.shared.threadCount, "further blocks")
  }
}

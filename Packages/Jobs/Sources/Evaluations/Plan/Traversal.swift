import Models
import TensorCore

/// A depth-first traversal of a prefix trie, or of chunks of it, that adds nodes to batches and holds the pages of keys
/// and values of its current path.
///
/// Where a sequence leaves the path, whole pages before that point stay; the page within which it leaves is begun anew.
/// What that page holds from earlier passes is copied, and what this pass computes is stored on both pages. Pages that
/// are allocated and released within one pass, as for the ends of most sequences, hold one layer at a time.
///
/// A chunk that continues the one before is traversed as if they were one. A chunk that lies elsewhere begins with the
/// nodes that its first sequence shares with leaves of other chunks and not with the path: they are computed again, and
/// have no targets there.
struct Traversal {
  /// Consecutive nodes of the trie, and the row of the pass that holds the first of them.
  struct Span: Equatable {
    var nodes: Range<Int>
    var firstRow: Int
  }

  private let plan: Plan
  private let cache: KVCache
  private var queue: any WorkQueue
  /// Leaves that the queue has returned and that are not begun.
  private var chunk = 0..<0
  private var leaf: Int?
  /// How many ids of the current leaf are in a batch.
  private var position = 0
  /// The pages of the path.
  private var path: [Int32] = []
  /// The rows of the pass that hold the end of the path, up to `position`.
  private var pending: [Int] = []
  /// Pages that left the path in this pass; its segments may still read them.
  private var retired: [Int32] = []
  /// Pages that are begun in this pass, and that are needed after it only if they are still on the path.
  private var fresh: Set<Int32> = []
  /// Whether all nodes are in a batch, and the queue is empty.
  private(set) var isFinished = false

  init(_ plan: Plan, cache: KVCache, queue: any WorkQueue) {
    self.plan = plan
    self.cache = cache
    self.queue = queue
  }

  private var trie: PrefixTrie { plan.trie }

  /// Adds rows to `batch` until it holds `limit` of them, or pages of `byteLimit` are in use.
  ///
  /// Takes at most one chunk from the queue, which may make a pass smaller by returning a small one.
  ///
  /// - Returns: The nodes in the batch that may have targets or prompts.
  mutating func fill(_ batch: inout Batch, limit: Int, byteLimit: Int) throws -> [Span] {
    var spans: [Span] = []
    var hasTaken = false
    while !isFinished, batch.ids.count < limit {
      func freePages() -> Int { (byteLimit - cache.bytesInUse) / cache.pageByteCount }
      guard freePages() > 0 || batch.ids.isEmpty else { break }
      if isAtEndOfLeaf {
        guard let next = nextLeaf() else {
          if hasTaken { break }
          hasTaken = true
          try takeChunk(rows: limit - batch.ids.count)
          continue
        }
        enter(next, &batch)
      }
      // One more page is always allowed, so that the traversal advances under any limit.
      let room = (max(freePages(), 1) + path.count) * KVCache.positionsPerPage
      spans += append(&batch, upTo: min(position + limit - batch.ids.count, room))
    }
    return spans
  }

  /// Call it when the pass is computed: from then on its rows are in their pages.
  mutating func finishPass() {
    retired.forEach(cache.release)
    retired = []
    pending = []
    fresh = []
  }

  private var isAtEndOfLeaf: Bool { leaf.map { position == trie.ids(of: $0).count } ?? true }

  /// Takes the next leaf that has nodes of its own from the chunk.
  private mutating func nextLeaf() -> Int? {
    while let next = chunk.first {
      chunk = next + 1..<chunk.upperBound
      if !trie.nodes(of: next).isEmpty { return next }
    }
    return nil
  }

  private mutating func takeChunk(rows: Int) throws {
    if let next = try queue.next(rows: rows) {
      chunk = next
    } else {
      isFinished = true
      retire(from: 0)
    }
  }

  /// Adds the current leaf's ids before position `bound` to the batch.
  private mutating func append(_ batch: inout Batch, upTo bound: Int) -> [Span] {
    guard let leaf else { return [] }
    let ids = trie.ids(of: leaf)
    let end = min(ids.count, bound)
    while path.count < Segment.pageCount(forPositions: end) { path.append(begin(cache.allocate())) }
    let first = batch.ids.count
    pending += first..<first + end - position
    batch.append(ids.dropFirst(position).prefix(end - position), start: position, pages: path)
    // Nodes before the leaf's own have their targets where they were computed first.
    let own = max(position, trie.shared[leaf])
    let skipped = own - position
    position = end
    guard own < end else { return [] }
    let firstNode = trie.firstNode[leaf] - trie.shared[leaf]
    let nodes = firstNode + own..<firstNode + end
    if !plan.prompts(of: nodes).isEmpty { fresh.subtract(path) }
    return [Span(nodes: nodes, firstRow: first + skipped)]
  }

  private mutating func begin(_ page: Int32) -> Int32 {
    fresh.insert(page)
    return page
  }

  /// Takes pages off the path.
  private mutating func retire(from kept: Int) {
    for page in path[kept...] where fresh.contains(page) { cache.keepForOnePass(page) }
    retired += path[kept...]
    path.removeSubrange(kept...)
  }

  private mutating func enter(_ next: Int, _ batch: inout Batch) {
    // The leaf's own nodes have targets, so they are computed even where the path holds them as another sequence's prefix.
    let shared = leaf.map { min(trie.common($0, next), trie.shared[next]) } ?? 0
    leaf = next
    let computed = position - pending.count
    position = shared
    pending = Array(pending.prefix(max(shared - computed, 0)))
    let kept = shared / KVCache.positionsPerPage
    guard kept < path.count else { return }
    let left = path[kept]
    retire(from: kept)
    let start = kept * KVCache.positionsPerPage
    guard start < shared else { return }
    path.append(begin(start < computed ? cache.copyPage(left) : cache.allocate()))
    batch.store(rows: pending.suffix(shared - start), before: shared, pages: path)
  }
}

import Models
import TensorCore

/// A walk through a prefix trie, depth first, that hands out its rows in passes and holds the keys and values of the
/// path it is on.
///
/// Where a sequence leaves the path, whole pages before that point stay; the page it leaves within is begun anew. What
/// stands in it from earlier passes is copied, and what this very pass computes is stored on both pages. Pages that come
/// and go within a pass, as the ends of most sequences do, hold one layer at a time.
struct TrieWalk {
  private let plan: Plan
  private let pages: KeyValuePages
  private var place = -1
  /// How many ids of the current place are handed out.
  private var position = 0
  /// The pages of the path.
  private var path: [Int32] = []
  /// The rows of the pass that hold the end of the path, up to `position`.
  private var pending: [Int] = []
  /// Pages that left the path in this pass; its segments may still read them.
  private var retired: [Int32] = []
  /// Pages that are begun in this pass, and that nobody wants after it unless they are still on the path.
  private var fresh: Set<Int32> = []
  /// How many rows of the trie are handed out.
  private(set) var rowsTaken = 0

  init(_ plan: Plan, pages: KeyValuePages) {
    self.plan = plan
    self.pages = pages
  }

  private var trie: PrefixTrie { plan.trie }

  var isFinished: Bool { rowsTaken == trie.rowCount }

  /// Adds rows to `batch` until it holds `limit` of them, or pages of `byteLimit` are in use.
  mutating func fill(_ batch: inout Batch, limit: Int, byteLimit: Int) {
    while !isFinished, batch.ids.count < limit {
      func freePages() -> Int { (byteLimit - pages.bytesInUse) / pages.pageByteCount }
      guard freePages() > 0 || batch.ids.isEmpty else { return }
      if place < 0 || position == trie.ids(at: place).count { enterNextPlace(&batch) }
      let ids = trie.ids(at: place)
      // One more page is always had, so that the walk goes on under any limit.
      let room = (max(freePages(), 1) + path.count) * KeyValuePages.positionsPerPage
      let end = min(ids.count, position + limit - batch.ids.count, room)
      while path.count < Segment.pageCount(forPositions: end) { path.append(begin(pages.allocate())) }
      pending += batch.ids.count..<batch.ids.count + end - position
      batch.append(ids.dropFirst(position).prefix(end - position), start: position, pages: path)
      let rows = rowsTaken..<rowsTaken + end - position
      if !plan.prompts(at: rows).isEmpty { fresh.subtract(path) }
      rowsTaken = rows.upperBound
      position = end
    }
    if isFinished { retire(from: 0) }
  }

  /// To be called when the pass is computed: from now on its rows are in their pages.
  mutating func finishPass() {
    retired.forEach(pages.release)
    retired = []
    pending = []
    fresh = []
  }

  private mutating func begin(_ page: Int32) -> Int32 {
    fresh.insert(page)
    return page
  }

  /// Takes pages off the path.
  private mutating func retire(from kept: Int) {
    for page in path[kept...] where fresh.contains(page) { pages.keepForOnePass(page) }
    retired += path[kept...]
    path.removeSubrange(kept...)
  }

  private mutating func enterNextPlace(_ batch: inout Batch) {
    repeat { place += 1 } while trie.firstRow[place] == trie.firstRow[place + 1]
    let shared = trie.shared[place]
    let computed = position - pending.count
    position = shared
    pending = Array(pending.prefix(max(shared - computed, 0)))
    let kept = shared / KeyValuePages.positionsPerPage
    guard kept < path.count else { return }
    let left = path[kept]
    retire(from: kept)
    let start = kept * KeyValuePages.positionsPerPage
    guard start < shared else { return }
    path.append(begin(start < computed ? pages.copyPage(left) : pages.allocate()))
    batch.store(rows: pending.suffix(shared - start), before: shared, pages: path)
  }
}

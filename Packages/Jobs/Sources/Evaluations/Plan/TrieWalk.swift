import Models
import TensorCore

/// A walk through a prefix trie, or through portions of it, that hands out its rows in passes and holds the keys and
/// values of the path it is on.
///
/// Where a sequence leaves the path, whole pages before that point stay; the page it leaves within is begun anew. What
/// stands in it from earlier passes is copied, and what this very pass computes is stored on both pages. Pages that come
/// and go within a pass, as the ends of most sequences do, hold one layer at a time.
///
/// A portion that continues the one before is walked as if they were one. One that lies elsewhere begins with the rows
/// that its first sequence shares with places of other portions and not with the path: they are computed again, and
/// nothing is asked of them.
struct TrieWalk {
  /// Rows of the trie that stand behind each other in a pass, from its row `first` on.
  struct Stretch: Equatable {
    var rows: Range<Int>
    var first: Int
  }

  private let plan: Plan
  private let pages: KeyValuePages
  private var source: any WorkSource
  /// Dealt out to this walk and not begun.
  private var portion = 0..<0
  private var place: Int?
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
  /// Whether all is handed out, and nothing more will be dealt.
  private(set) var isFinished = false

  init(_ plan: Plan, pages: KeyValuePages, from source: any WorkSource) {
    self.plan = plan
    self.pages = pages
    self.source = source
  }

  private var trie: PrefixTrie { plan.trie }

  /// Adds rows to `batch` until it holds `limit` of them, or pages of `byteLimit` are in use.
  ///
  /// One portion is asked for at most, so that whoever deals them out may let a pass be smaller.
  ///
  /// - Returns: Where the rows went of which something may be asked.
  mutating func fill(_ batch: inout Batch, limit: Int, byteLimit: Int) throws -> [Stretch] {
    var stretches: [Stretch] = []
    var hasAsked = false
    while !isFinished, batch.ids.count < limit {
      func freePages() -> Int { (byteLimit - pages.bytesInUse) / pages.pageByteCount }
      guard freePages() > 0 || batch.ids.isEmpty else { break }
      if isAtEndOfPlace {
        guard let next = nextPlace() else {
          if hasAsked { break }
          hasAsked = true
          try ask(rows: limit - batch.ids.count)
          continue
        }
        enter(next, &batch)
      }
      // One more page is always had, so that the walk goes on under any limit.
      let room = (max(freePages(), 1) + path.count) * KeyValuePages.positionsPerPage
      stretches += handOut(&batch, upTo: min(position + limit - batch.ids.count, room))
    }
    return stretches
  }

  /// To be called when the pass is computed: from now on its rows are in their pages.
  mutating func finishPass() {
    retired.forEach(pages.release)
    retired = []
    pending = []
    fresh = []
  }

  private var isAtEndOfPlace: Bool { place.map { position == trie.ids(at: $0).count } ?? true }

  /// Takes the next place that has rows of its own from the portion.
  private mutating func nextPlace() -> Int? {
    while let next = portion.first {
      portion = next + 1..<portion.upperBound
      if !trie.rows(at: next).isEmpty { return next }
    }
    return nil
  }

  private mutating func ask(rows: Int) throws {
    if let dealt = try source.next(rows: rows) {
      portion = dealt
    } else {
      isFinished = true
      retire(from: 0)
    }
  }

  /// Adds the current place's ids before position `bound` to the batch.
  private mutating func handOut(_ batch: inout Batch, upTo bound: Int) -> [Stretch] {
    guard let place else { return [] }
    let ids = trie.ids(at: place)
    let end = min(ids.count, bound)
    while path.count < Segment.pageCount(forPositions: end) { path.append(begin(pages.allocate())) }
    let first = batch.ids.count
    pending += first..<first + end - position
    batch.append(ids.dropFirst(position).prefix(end - position), start: position, pages: path)
    // What comes before the place's own rows was asked about elsewhere.
    let own = max(position, trie.shared[place])
    let skipped = own - position
    position = end
    guard own < end else { return [] }
    let firstRow = trie.firstRow[place] - trie.shared[place]
    let rows = firstRow + own..<firstRow + end
    if !plan.prompts(at: rows).isEmpty { fresh.subtract(path) }
    return [Stretch(rows: rows, first: first + skipped)]
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

  private mutating func enter(_ next: Int, _ batch: inout Batch) {
    // The place's own rows are asked about, so they are computed also where the path has them as someone's prefix.
    let shared = place.map { min(trie.common($0, next), trie.shared[next]) } ?? 0
    place = next
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

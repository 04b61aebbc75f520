import TensorCore

/// A page of keys and values in a ``PrefixCache``: the ids of up to 64 positions that follow those of the parent page.
///
/// The cache is the one holder of the page while positions are written to it. Any sequence that needs the next position
/// may compute it, and all others find it there; so a sequence that is cancelled leaves nothing unfinished.
final class PrefixPage {
  static let size = KVCache.positionsPerPage

  /// All that the page will hold; they grow, and never change.
  private(set) var ids: [Int32]
  /// The position of the first.
  let start: Int
  weak var parent: PrefixPage?
  /// By their first id.
  var children: [Int32: [PrefixPage]] = [:]
  /// In the store of keys and values; `nil` before anything is computed.
  var pageNumber: Int32?
  /// How many positions are computed, those of the pass under way included.
  var count = 0
  /// How many of them earlier passes computed.
  private(set) var settled = 0
  /// The rows of the pass under way that hold the others.
  private var rows: [Int] = []
  /// The hidden rows `[settled, width]` of what earlier passes computed: any id can be scored after them.
  private(set) var hidden: [Float] = []
  /// By position: the score of its id.
  private(set) var scores: [ScoreCell]
  /// The page whose first ids this one repeats, and how many, until its own first row is computed.
  private(set) var fork: (source: PrefixPage, count: Int)?
  /// Sequences on whose path the page is, and pages that are forks of it.
  var users = 0
  /// When the page was last on a path.
  var lastUse = 0

  init(_ ids: some Collection<Int32>, start: Int, parent: PrefixPage?) {
    self.ids = Array(ids)
    self.start = start
    self.parent = parent
    scores = ids.map { _ in ScoreCell() }
  }

  /// A page that begins like another one.
  init(_ ids: some Collection<Int32>, forking source: PrefixPage, sharing count: Int) {
    self.ids = Array(ids)
    start = source.start
    parent = source.parent
    scores = source.scores.prefix(count) + ids.dropFirst(count).map { _ in ScoreCell() }
    fork = (source, count)
    source.users += 1
  }

  /// Adds ids behind those that are there.
  func extend(with more: some Collection<Int32>) {
    ids += more
    scores += more.map { _ in ScoreCell() }
  }

  /// How many ids a text has in common with this page, from its first on.
  func common(with chunk: some Collection<Int32>) -> Int {
    zip(ids, chunk).prefix { $0 == $1 }.count
  }

  /// Ends the dependence on the page that this one was forked from.
  func endFork() {
    fork?.source.users -= 1
    fork = nil
  }

  // MARK: A pass

  /// The hidden row at a position of the page.
  func source(at offset: Int) -> HiddenRow {
    offset < settled ? .kept(self, offset) : .computed(rows[offset - settled])
  }

  /// Notes that rows of the pass hold the next positions.
  func add(rows more: some Collection<Int>) {
    rows += more
    count += more.count
  }

  /// Takes over the first positions of a page that this one was forked from.
  ///
  /// - Returns: How many of them earlier passes computed, and the rows of this pass that hold the rest.
  func takeFork(width: Int) -> (settled: Int, rows: [Int]) {
    guard let fork else { return (0, []) }
    let shared = min(fork.count, fork.source.count)
    settled = min(shared, fork.source.settled)
    hidden = Array(fork.source.hidden.prefix(settled * width))
    rows = Array(fork.source.rows.prefix(shared - settled))
    count = shared
    return (settled, rows)
  }

  /// Keeps what the pass computed.
  ///
  /// - Parameter computed: The hidden rows of the pass, one behind the other.
  func finishPass(_ computed: [Float], width: Int) {
    for row in rows { hidden += computed[row * width..<(row + 1) * width] }
    settled = count
    rows = []
  }

  /// A hidden row of an earlier pass.
  func hiddenRow(_ offset: Int, width: Int) -> ArraySlice<Float> {
    hidden[offset * width..<(offset + 1) * width]
  }
}

/// Where a hidden row is.
enum HiddenRow {
  /// A row of the pass under way.
  case computed(Int)
  /// A position of a page that an earlier pass computed.
  case kept(PrefixPage, Int)
}

/// The score of an id behind its prefix, for all sequences that contain both.
final class ScoreCell {
  var value: PositionScore?
  /// How many top ids the pass under way will find; below zero where it scores something else.
  var pendingTop = -1

  /// Whether nothing is left to compute for this many top ids.
  func covers(top: Int) -> Bool {
    max(pendingTop, value.map(\.top.count) ?? -1) >= top
  }
}

import Models
import TensorCore

/// Keys and values of prefixes, in a trie of pages, kept for requests to come; of those that no sequence needs, the least
/// recently used go first.
final class PrefixCache {
  let cache: KVCache
  /// The most bytes of keys and values.
  private let byteLimit: Int
  /// Elements of a hidden row; known after the first pass.
  private(set) var width = 0
  private let root = PrefixPage([], start: 0, parent: nil)
  private var clock = 0
  /// Pages that have keys and values.
  private var held: [PrefixPage] = []
  /// Pages to which the pass under way writes.
  private var written: [PrefixPage] = []
  /// How many pages went because others needed their room.
  private(set) var evictions = 0

  init(_ cache: KVCache, byteLimit: Int) {
    self.cache = cache
    self.byteLimit = byteLimit
  }

  /// How many pages fit in the limit; at least one.
  var capacity: Int { max(byteLimit / bytesPerPage, 1) }

  /// Bytes of keys and values, those of generations included, and of hidden rows.
  var bytesInUse: Int { cache.bytesInUse + held.reduce(0) { $0 + $1.hidden.count * 4 } }

  var pageCount: Int { held.count }

  private var bytesPerPage: Int { cache.pageByteCount + PrefixPage.size * width * 4 }

  /// The pages of a sequence, those that are not there made, all of them in use until ``leave(_:)``.
  func enter(_ ids: ArraySlice<Int32>) -> [PrefixPage] {
    clock += 1
    var path: [PrefixPage] = []
    var parent = root
    var rest = ids
    while !rest.isEmpty {
      parent = child(of: parent, for: rest.prefix(PrefixPage.size))
      parent.users += 1
      parent.lastUse = clock
      path.append(parent)
      rest = rest.dropFirst(PrefixPage.size)
    }
    return path
  }

  /// Ends a sequence's use of its pages.
  func leave(_ path: [PrefixPage]) {
    for page in path.reversed() {
      page.users -= 1
      if page.users == 0, page.pageNumber == nil, page.children.isEmpty { remove(page) }
    }
  }

  private func child(of parent: PrefixPage, for chunk: ArraySlice<Int32>) -> PrefixPage {
    guard let first = chunk.first else { return parent }
    var best: (page: PrefixPage, common: Int)?
    for page in parent.children[first] ?? [] {
      let common = page.common(with: chunk)
      // A fork that no row is computed of holds nothing of what it repeats; its source does.
      if common == chunk.count, page.fork.map({ $0.count < common }) ?? true { return page }
      if common > best?.common ?? 0, page.fork == nil { best = (page, common) }
    }
    if let (page, common) = best, common == page.ids.count {
      page.extend(with: chunk.dropFirst(common))
      return page
    }
    let start = parent === root ? 0 : parent.start + PrefixPage.size
    let page =
      best.map { PrefixPage(chunk, forking: $0.page, sharing: $0.common) }
      ?? PrefixPage(chunk, start: start, parent: parent)
    parent.children[first, default: []].append(page)
    return page
  }

  private func remove(_ page: PrefixPage) {
    page.endFork()
    if let number = page.pageNumber { cache.release(number) }
    page.pageNumber = nil
    guard let first = page.ids.first else { return }
    page.parent?.children[first]?.removeAll { $0 === page }
    if page.parent?.children[first]?.isEmpty ?? false { page.parent?.children[first] = nil }
  }

  // MARK: A pass

  /// Makes a page ready for its first row.
  ///
  /// - Parameters:
  ///   - path: The pages before it.
  ///   - isForced: Whether to do so beyond the limit, for a sequence that is alone.
  /// - Returns: Whether there was room.
  func open(
    _ page: PrefixPage, behind path: ArraySlice<PrefixPage>, _ batch: inout Batch, isForced: Bool
  ) -> Bool {
    guard makeRoom() || isForced else { return false }
    let source = page.fork?.source
    let (settled, rows) = page.takeFork(width: width)
    let number = settled > 0 ? cache.copyPage(source!.pageNumber!) : cache.allocate()
    page.pageNumber = number
    held.append(page)
    if !rows.isEmpty {
      let table = path.map { $0.pageNumber! } + [number]
      batch.store(rows: rows, before: page.start + settled + rows.count, pages: table)
    }
    page.endFork()
    note(page)
    return true
  }

  /// Notes that the pass under way writes to a page.
  func note(_ page: PrefixPage) {
    if written.last !== page { written.append(page) }
  }

  /// Keeps what a pass computed.
  ///
  /// - Parameter computed: Its hidden rows `[rows, width]`; `nil` where it had none.
  func finishPass(_ computed: [Float], width: Int) {
    if width > 0 { self.width = width }
    for page in written { page.finishPass(computed, width: width) }
    written = []
  }

  /// Evicts what no sequence needs until one more page fits.
  private func makeRoom() -> Bool {
    var fits: Bool { bytesInUse + bytesPerPage <= byteLimit }
    while !fits {
      let idle = held.indices.filter { held[$0].users == 0 && held[$0].children.isEmpty }
      guard let oldest = idle.min(by: { held[$0].lastUse < held[$1].lastUse }) else { return false }
      remove(held.remove(at: oldest))
      evictions += 1
    }
    return true
  }
}

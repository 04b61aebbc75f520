internal import CKernels
import Synchronization

/// Keys and values of all layers, in pages of 64 positions cut at absolute multiples of 64.
///
/// A sequence is a table of pages. Sequences with a common prefix share its whole pages, which are counted; a fork
/// copies only its last, partial page. Pages come from the ``BufferPool`` as they are needed and go back when the last
/// holder releases them.
///
/// Table and counts are safe from any thread. What a page holds is not guarded: only the one holder of a page may write
/// to it, and nobody may read a position before it is written.
public final class KeyValuePages: Sendable {
  /// Positions in a page.
  public static let positionsPerPage = Int(TC_PAGE_POSITIONS)

  public let layers: Int
  public let keyHeads: Int
  /// Elements of a head's key, and of its value.
  public let headWidth: Int
  /// What keys and values are rounded to.
  public let mode: ComputeMode
  /// Bytes of one page, all layers and heads.
  public let pageByteCount: Int
  /// Bytes of one layer and head in a page.
  private let blockByteCount: Int

  private struct State {
    /// By page number; nil where the number is free.
    var pages: [Storage?] = []
    var holders: [Int] = []
    var free: [Int32] = []

    func check(_ page: Int32) {
      precondition(
        pages.indices.contains(Int(page)) && pages[Int(page)] != nil, "page \(page) is not in use")
    }
  }

  private let state = Mutex(State())

  /// Starts without pages.
  ///
  /// - Precondition: All are positive.
  public init(layers: Int, keyHeads: Int, headWidth: Int, mode: ComputeMode) {
    precondition(
      layers > 0 && keyHeads > 0 && headWidth > 0, "pages of \(layers) layers, \(keyHeads) × \(headWidth)")
    self.layers = layers
    self.keyHeads = keyHeads
    self.headWidth = headWidth
    self.mode = mode
    blockByteCount = tc_attention_page_words(headWidth, mode == .bfloat16 ? 1 : 0) * 4
    pageByteCount = blockByteCount * layers * keyHeads
  }

  /// Pages that have a holder.
  public var pagesInUse: Int { state.withLock { $0.pages.count - $0.free.count } }

  /// A page with one holder and undefined contents.
  public func allocate() -> Int32 {
    let page = Storage(byteCount: pageByteCount)
    return state.withLock { state in
      if let number = state.free.popLast() {
        state.pages[Int(number)] = page
        state.holders[Int(number)] = 1
        return number
      }
      state.pages.append(page)
      state.holders.append(1)
      return Int32(state.pages.count - 1)
    }
  }

  /// Adds a holder.
  public func retain(_ page: Int32) {
    state.withLock { state in
      state.check(page)
      state.holders[Int(page)] += 1
    }
  }

  /// Takes a holder away; without any, the page's memory goes back and its number is used again.
  public func release(_ page: Int32) {
    let last = state.withLock { state -> Storage? in
      state.check(page)
      state.holders[Int(page)] -= 1
      guard state.holders[Int(page)] == 0 else { return nil }
      state.free.append(page)
      defer { state.pages[Int(page)] = nil }
      return state.pages[Int(page)]
    }
    _ = last  // freed here, outside the lock
  }

  /// A new page, with one holder, of the same contents: for a fork of a sequence within the page.
  public func copyPage(_ page: Int32) -> Int32 {
    let copy = allocate()
    let (source, target) = state.withLock { state in
      state.check(page)
      return (state.pages[Int(page)]!, state.pages[Int(copy)]!)
    }
    target.address.copyMemory(from: source.address, byteCount: pageByteCount)
    return copy
  }

  /// The page itself where it has one holder; else a copy, and one holder less of the page.
  public func unshared(_ page: Int32) -> Int32 {
    let isShared = state.withLock { state in
      state.check(page)
      return state.holders[Int(page)] > 1
    }
    guard isShared else { return page }
    defer { release(page) }
    return copyPage(page)
  }

  /// Stores keys and values of the segments' rows at their positions.
  ///
  /// - Shape: `rows` `[tokens, width]` float32; either range of columns has keyHeads · headWidth of them.
  /// - Precondition: As above; the pages cover the positions; pages that are written have one holder.
  public func write(
    layer: Int, rows: Tensor, keyColumns: Range<Int>, valueColumns: Range<Int>, segments: [Segment]
  ) {
    precondition(
      (0..<layers).contains(layer) && rows.holds(keyColumns, of: self) && rows.holds(valueColumns, of: self),
      "write: layer \(layer) of \(layers), keys \(keyColumns) and values \(valueColumns) of rows \(rows.shape), "
        + "\(keyHeads) heads of \(headWidth)")
    let runs = segments.flatMap { self.runs(of: $0, rowCount: rows.rowCount) }
    let kernels = InstructionSet.current.kernels.attention.pointee
    let kernel = mode == .bfloat16 ? kernels.write_bf16! : kernels.write_f32!
    let x = rows.aligned()
    let width = rows.width
    withExtendedLifetime((x, runs)) {
      let from = x.floatAddress
      inParallel(runs.count * keyHeads, grain: 4) { range in
        for index in range {
          let run = runs[index / keyHeads]
          let head = index % keyHeads
          let row = from.floats(run.row * width + head * headWidth)
          kernel(
            row + keyColumns.lowerBound, row + valueColumns.lowerBound, width, run.count, headWidth,
            run.page.address + blockOffset(layer: layer, head: head), run.slot)
        }
      }
    }
  }

  /// Neighbouring rows that go to neighbouring slots of one page.
  private struct Run {
    let row: Int, slot: Int, count: Int
    let page: Storage
  }

  private func runs(of segment: Segment, rowCount: Int) -> [Run] {
    let size = Self.positionsPerPage
    precondition(
      segment.rows.lowerBound >= 0 && segment.rows.upperBound <= rowCount && segment.start >= 0
        && segment.pages.count * size >= segment.end,
      "segment rows \(segment.rows) of \(rowCount) at \(segment.start), \(segment.pages.count) pages")
    return state.withLock { state in
      var runs: [Run] = []
      var position = segment.start
      while position < segment.end {
        let page = segment.pages[position / size]
        state.check(page)
        precondition(
          state.holders[Int(page)] == 1,
          "page \(page) is written while it has \(state.holders[Int(page)]) holders")
        let count = min(size - position % size, segment.end - position)
        let row = segment.rows.lowerBound + position - segment.start
        runs.append(Run(row: row, slot: position % size, count: count, page: state.pages[Int(page)]!))
        position += count
      }
      return runs
    }
  }

  /// The pages of a table, in its order.
  func storages(_ table: ArraySlice<Int32>) -> [Storage] {
    state.withLock { state in
      table.map { page in
        state.check(page)
        return state.pages[Int(page)]!
      }
    }
  }

  /// Where a layer's keys and values of one head begin in a page, in bytes.
  func blockOffset(layer: Int, head: Int) -> Int { (layer * keyHeads + head) * blockByteCount }
}

extension Tensor {
  /// Whether `columns` are keys or values of all heads of `pages`.
  fileprivate func holds(_ columns: Range<Int>, of pages: KeyValuePages) -> Bool {
    holds(columns, ofHeads: pages.headWidth) && columns.count == pages.keyHeads * pages.headWidth
  }
}

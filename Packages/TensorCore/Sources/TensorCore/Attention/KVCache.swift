internal import CKernels
import Synchronization

/// A paged KV cache: what all layers keep of sequences, in pages of 64 positions cut at absolute multiples of 64. That is keys
/// and values, or for recurrent layers the states of ``LayerState``.
///
/// A sequence is a table of pages. Sequences with a common prefix share its whole pages, which are counted; a fork
/// copies only its last, partial page. Pages come from the ``BufferPool`` as they are needed and go back when the last
/// holder releases them.
///
/// Table and counts are safe from any thread. What a page holds is not guarded: only the one holder of a page may write
/// to it, and no position may be read before it is written.
public final class KVCache: Sendable {
  /// Positions in a page.
  public static let positionsPerPage = Int(TC_PAGE_POSITIONS)

  /// What each layer keeps, in the order in which a pass writes them.
  public let states: [LayerState]
  /// What keys and values are rounded to.
  public let mode: ComputeMode
  /// Bytes of one page, all layers.
  public let pageByteCount: Int
  /// Where each layer begins in a page, in bytes, and where the last ends.
  private let offsets: [Int]
  /// Bytes of the largest layer.
  private let layerByteCount: Int
  /// Whether layers attend to what others before them have stored.
  private let sharesLayers: Bool

  private struct Page {
    /// None before the first write.
    var storage: Storage?
    /// What the page is a copy of, until its last layer is written.
    var original: Storage?
    /// Whether it holds one layer at a time.
    var isPassing = false
    var holders = 1
  }

  private struct State {
    /// By page number; nil where the number is free.
    var pages: [Page?] = []
    var free: [Int32] = []
    var passingCount = 0

    func check(_ page: Int32) {
      precondition(
        pages.indices.contains(Int(page)) && pages[Int(page)] != nil, "page \(page) is not in use")
    }
  }

  private let state = Mutex(State())

  /// Starts without pages of layers that all keep keys and values of one shape.
  ///
  /// - Precondition: All are positive.
  public convenience init(layers: Int, keyHeads: Int, headWidth: Int, mode: ComputeMode) {
    self.init(
      Array(repeating: .attention(keyHeads: keyHeads, headWidth: headWidth), count: max(layers, 0)),
      mode: mode)
  }

  /// Starts without pages.
  ///
  /// - Parameter sharesLayers: Whether layers attend to what others before them have stored in the same pass. All layers of
  ///   a page then stay until the pass ends, also of one that is kept for it alone.
  /// - Precondition: There is a layer, and the sizes of all are positive; only a recurrent layer may have no state.
  public init(_ states: [LayerState], mode: ComputeMode, sharesLayers: Bool = false) {
    precondition(!states.isEmpty && states.allSatisfy(\.isValid), "pages of \(states)")
    self.states = states
    self.mode = mode
    self.sharesLayers = sharesLayers
    let sizes = states.map { $0.byteCount(mode) }
    offsets = sizes.reduce(into: [0]) { $0.append($0.last! + $1) }
    layerByteCount = sizes.max()!
    pageByteCount = offsets.last!
  }

  /// How many layers keep something.
  public var layers: Int { states.count }

  /// The heads of a layer that keeps keys and values.
  ///
  /// - Precondition: It does.
  public func heads(of layer: Int) -> (count: Int, width: Int) {
    guard states.indices.contains(layer), case .attention(let count, let width) = states[layer] else {
      preconditionFailure("layer \(layer) of \(layers) keeps no keys and values")
    }
    return (count, width)
  }

  /// Pages that have a holder.
  public var pagesInUse: Int { state.withLock { $0.pages.count - $0.free.count } }

  /// Bytes that the pages in use have or will have when they are written.
  public var bytesInUse: Int {
    state.withLock { state in
      let whole = state.pages.count - state.free.count - state.passingCount
      return whole * pageByteCount + state.passingCount * layerByteCount
    }
  }

  /// A page with one holder and undefined contents; it takes memory when it is first written.
  public func allocate() -> Int32 {
    state.withLock { state in
      if let number = state.free.popLast() {
        state.pages[Int(number)] = Page()
        return number
      }
      state.pages.append(Page())
      return Int32(state.pages.count - 1)
    }
  }

  /// Lets a page that is not read after the next forward pass hold one layer at a time, each in place of the one before,
  /// unless layers share what they store.
  ///
  /// - Precondition: The page has one holder, and nothing is written to it yet.
  public func keepForOnePass(_ page: Int32) {
    state.withLock { state in
      state.check(page)
      let held = state.pages[Int(page)]!
      precondition(held.storage == nil && held.holders == 1, "page \(page) is in use already")
      guard !held.isPassing, !sharesLayers else { return }
      state.pages[Int(page)]!.isPassing = true
      state.passingCount += 1
    }
  }

  /// Adds a holder.
  ///
  /// - Precondition: The page is not kept for one pass only.
  public func retain(_ page: Int32) {
    state.withLock { state in
      state.check(page)
      precondition(!state.pages[Int(page)]!.isPassing, "page \(page) is kept for one pass only")
      state.pages[Int(page)]!.holders += 1
    }
  }

  /// Takes a holder away; without any, the page's memory goes back and its number is used again.
  public func release(_ page: Int32) {
    let last = state.withLock { state -> Storage? in
      state.check(page)
      state.pages[Int(page)]!.holders -= 1
      let left = state.pages[Int(page)]!
      guard left.holders == 0 else { return nil }
      state.free.append(page)
      state.pages[Int(page)] = nil
      if left.isPassing { state.passingCount -= 1 }
      return left.storage
    }
    _ = last  // freed here, outside the lock
  }

  /// A new page, with one holder, of the same contents: for a fork of a sequence within the page.
  ///
  /// Each layer is copied when it is first written in the new page, which must be in the next pass.
  ///
  /// - Precondition: The page is written by an earlier pass, or is a copy of one that is.
  public func copyPage(_ page: Int32) -> Int32 {
    let copy = allocate()
    state.withLock { state in
      state.check(page)
      let source = state.pages[Int(page)]!
      guard let original = source.original ?? (source.isPassing ? nil : source.storage) else {
        preconditionFailure("page \(page) has nothing to copy")
      }
      state.pages[Int(copy)]!.original = original
    }
    return copy
  }

  /// The page itself where it has one holder; else a copy, and one holder less of the page.
  public func unshared(_ page: Int32) -> Int32 {
    let isShared = state.withLock { state in
      state.check(page)
      return state.pages[Int(page)]!.holders > 1
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
    let (keyHeads, headWidth) = heads(of: layer)
    precondition(
      [keyColumns, valueColumns].allSatisfy {
        rows.holds($0, ofHeads: headWidth) && $0.count == keyHeads * headWidth
      },
      "write: layer \(layer) of \(layers), keys \(keyColumns) and values \(valueColumns) of rows \(rows.shape), "
        + "\(keyHeads) heads of \(headWidth)")
    let runs = segments.flatMap { self.runs(of: $0, layer: layer, rowCount: rows.rowCount) }
    let kernels = InstructionSet.current.kernels.attention.pointee
    let kernel = mode == .bfloat16 ? kernels.write_bf16! : kernels.write_f32!
    let x = rows.aligned()
    let width = rows.width
    fillCopies(runs, layer: layer)
    withExtendedLifetime((x, runs)) {
      let from = x.floatAddress
      inParallel(runs.count * keyHeads, grain: 4) { range in
        for index in range {
          let run = runs[index / keyHeads]
          let head = index % keyHeads
          let row = from.floats(run.row * width + head * headWidth)
          kernel(
            row + keyColumns.lowerBound, row + valueColumns.lowerBound, width, run.count, headWidth,
            run.block + blockOffset(of: layer, head: head), run.slot)
        }
      }
    }
  }

  /// Stores the segments' rows, whose parts lie behind each other, as a recurrent layer reads them again.
  ///
  /// - Precondition: As above; the layer is recurrent, and the parts have as many rows as the pass.
  func write(layer: Int, rows parts: [RowPart], segments: [Segment]) {
    guard states.indices.contains(layer), case .recurrent(let width, _, _) = states[layer] else {
      preconditionFailure("layer \(layer) of \(layers) keeps no rows")
    }
    let rowCount = parts[0].tensor.rowCount
    precondition(
      parts.reduce(0) { $0 + $1.columns.count } == width
        && parts.allSatisfy { $0.tensor.rowCount == rowCount },
      "write: parts \(parts.map(\.columns)) of rows of layer \(layer), \(width) wide")
    let runs = segments.flatMap { self.runs(of: $0, layer: layer, rowCount: rowCount) }
    fillCopies(runs, layer: layer)
    var first = 0
    for part in parts {
      write(part, runs, at: first, width: width)
      first += part.columns.count
    }
  }

  private func write(_ part: RowPart, _ runs: [Run], at column: Int, width: Int) {
    let x = part.tensor.aligned()
    let (stride, own) = (x.width, part.columns)
    withExtendedLifetime((x, runs)) {
      let from = x.floatAddress
      inParallel(runs.count, grain: 1) { range in
        for run in runs[range] {
          for index in 0..<run.count {
            (run.block + ((run.slot + index) * width + column) * 4).copyMemory(
              from: from.floats((run.row + index) * stride + own.lowerBound), byteCount: own.count * 4)
          }
        }
      }
    }
  }

  /// Copies what pages that are written now, and are copies, still lack of a layer.
  private func fillCopies(_ runs: [Run], layer: Int) {
    let copies = state.withLock { state in
      var begun: Set<Int32> = []
      return runs.compactMap { run -> (run: Run, original: Storage)? in
        guard let original = state.pages[Int(run.number)]!.original, begun.insert(run.number).inserted else {
          return nil
        }
        if layer == layers - 1 { state.pages[Int(run.number)]!.original = nil }
        return (run, original)
      }
    }
    inParallel(copies.count, grain: 1) { range in
      for (run, original) in copies[range] {
        run.block.copyMemory(
          from: original.address + offsets[layer], byteCount: offsets[layer + 1] - offsets[layer])
      }
    }
  }

  /// Neighbouring rows that go to neighbouring slots of one page.
  private struct Run: @unchecked Sendable {
    let row: Int, slot: Int, count: Int
    let number: Int32
    let page: Storage
    /// The page's part for the layer.
    let block: UnsafeMutableRawPointer
  }

  private func runs(of segment: Segment, layer: Int, rowCount: Int) -> [Run] {
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
        let held = state.pages[Int(page)]!
        precondition(held.holders == 1, "page \(page) is written while it has \(held.holders) holders")
        let storage = held.storage ?? Storage(byteCount: held.isPassing ? layerByteCount : pageByteCount)
        state.pages[Int(page)]!.storage = storage
        let count = min(size - position % size, segment.end - position)
        let row = segment.rows.lowerBound + position - segment.start
        runs.append(
          Run(
            row: row, slot: position % size, count: count, number: page, page: storage,
            block: storage.address + (held.isPassing ? 0 : offsets[layer])))
        position += count
      }
      return runs
    }
  }

  /// The pages of a table, in its order, and where a layer lies in each.
  func blocks(of layer: Int, _ table: ArraySlice<Int32>) -> [(page: Storage, block: UnsafeRawPointer?)] {
    state.withLock { state in
      table.map { page in
        state.check(page)
        let held = state.pages[Int(page)]!
        guard let storage = held.storage else {
          preconditionFailure("page \(page) is read before it is written")
        }
        return (storage, UnsafeRawPointer(storage.address + (held.isPassing ? 0 : offsets[layer])))
      }
    }
  }

  /// Where the keys and values of one head begin in a layer's part of a page, in bytes.
  func blockOffset(of layer: Int, head: Int) -> Int {
    head * tc_attention_page_words(heads(of: layer).width, mode == .bfloat16 ? 1 : 0) * 4
  }
}

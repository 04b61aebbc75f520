import Models
import TensorCore

/// Decides which rows of the requests that are under way go into the next forward pass: one decoding step for each running
/// generation, then prefill: rows of prompts, for the client that has had least first (continuous batching).
struct OnlineScheduler {
  /// The most requests that are under way; others wait.
  private static let mostActive = 256

  let prefixes: PrefixCache
  private let limits: EngineLimits
  private var queue = FairQueue()
  private(set) var active: [OnlineSequence] = []
  /// Positions that were found in the cache.
  private(set) var positionsFound = 0

  init(_ cache: KVCache, limits: EngineLimits) {
    prefixes = PrefixCache(cache, byteLimit: limits.keyValueBytes)
    self.limits = limits
  }

  var waitingCount: Int { queue.count }

  mutating func add(_ arrival: OnlineArrival) { queue.add(arrival) }

  /// Drops a request, whether it waits or is under way.
  ///
  /// - Returns: Whether there was such a request.
  mutating func cancel(_ number: UInt64) -> Bool {
    if queue.remove(number) { return true }
    guard let index = active.firstIndex(where: { $0.number == number }) else { return false }
    prefixes.leave(active.remove(at: index).path)
    return true
  }

  /// Ends all requests with an error.
  mutating func failAll(_ error: any Error) {
    for sequence in active {
      sequence.finish(.failed(error))
      prefixes.leave(sequence.path)
    }
    active = []
    for arrival in queue.removeAll() { arrival.sink(.failed(error)) }
  }

  /// The next pass; `nil` where no request is under way.
  mutating func next() -> OnlinePass? {
    admit()
    guard !active.isEmpty else { return nil }
    var pass = OnlinePass()
    extendGenerations(&pass)
    addPrompts(&pass, limit: pass.running.isEmpty ? limits.rowsPerPass : max(limits.rowsPerPass / 4, 1))
    return pass
  }

  /// Call it when the results of a pass are read.
  ///
  /// - Parameter hidden: The hidden rows of the pass `[rows, width]`.
  mutating func finishPass(_ hidden: [Float], width: Int) {
    prefixes.finishPass(hidden, width: width)
    for sequence in active where sequence.isFinished { prefixes.leave(sequence.path) }
    active.removeAll(where: \.isFinished)
  }

  /// Takes waiting requests while all that are under way can end with the pages there are.
  private mutating func admit() {
    var reserved = active.reduce(0) { $0 + $1.request.mostPages }
    while active.count < Self.mostActive, let next = queue.first {
      reserved += next.request.mostPages
      guard reserved <= prefixes.capacity || active.isEmpty else { return }
      queue.removeFirst()
      let path = prefixes.enter(next.request.ids.prefix(next.request.inputCount))
      active.append(OnlineSequence(next.number, next.request, path: path, sink: next.sink))
    }
  }

  private mutating func extendGenerations(_ pass: inout OnlinePass) {
    let running = active.filter { $0.generation != nil }
    for sequence in queue.inOrder(running).prefix(limits.maxConcurrentSequences) {
      sequence.generation?.extend(&pass.batch)
      pass.running.append(sequence)
      queue.serve(1, to: sequence.request.client)
    }
  }

  private mutating func addPrompts(_ pass: inout OnlinePass, limit: Int) {
    var open = active.filter(\.needsRows)
    while pass.batch.ids.count < limit, let index = queue.indexOfNext(open) {
      let sequence = open.remove(at: index)
      let before = pass.batch.ids.count
      add(sequence, &pass.batch, limit: limit)
      queue.serve(pass.batch.ids.count - before, to: sequence.request.client)
    }
    // What another sequence has computed, in this pass too, needs no row.
    for sequence in open { skipComputed(sequence) }
  }

  private mutating func skipComputed(_ sequence: OnlineSequence) {
    while sequence.needsRows {
      let page = sequence.path[sequence.position / PrefixPage.size]
      let found = min(page.count, sequence.inputCount - page.start) - sequence.position % PrefixPage.size
      guard found > 0 else { return }
      sequence.position += found
      positionsFound += found
    }
  }

  /// Adds a prompt's next rows, up to `limit` rows of the pass.
  private mutating func add(_ sequence: OnlineSequence, _ batch: inout Batch, limit: Int) {
    skipComputed(sequence)
    while sequence.needsRows, batch.ids.count < limit {
      let first = sequence.position
      var ids: [Int32] = []
      while sequence.needsRows, batch.ids.count + ids.count < limit {
        let index = sequence.position / PrefixPage.size
        let page = sequence.path[index]
        let offset = sequence.position % PrefixPage.size
        guard page.count == offset else { break }
        if page.pageNumber == nil {
          let isForced = active.count == 1
          guard prefixes.open(page, behind: sequence.path[..<index], &batch, isForced: isForced) else {
            break
          }
          if page.count > offset { break }
        }
        let end = min(
          min(page.ids.count, sequence.inputCount - page.start), offset + limit - batch.ids.count - ids.count)
        page.add(rows: (batch.ids.count + ids.count)..<(batch.ids.count + ids.count + end - offset))
        prefixes.note(page)
        ids += page.ids[offset..<end]
        sequence.position += end - offset
      }
      let pages = sequence.path.prefix(Segment.pageCount(forPositions: sequence.position)).map {
        $0.pageNumber!
      }
      if !ids.isEmpty { batch.append(ids, start: first, pages: pages) }
      let position = sequence.position
      skipComputed(sequence)
      if ids.isEmpty, sequence.position == position { return }
    }
  }
}

/// What goes into one forward pass of a server.
struct OnlinePass {
  var batch = Batch()
  /// Sequences that are generated, each with a row in the batch.
  var running: [OnlineSequence] = []
}

/// A request that waits.
struct OnlineArrival: Sendable {
  var number: UInt64
  var request: OnlineRequest
  var sink: @Sendable (OnlineEvent) -> Void
}

extension OnlineRequest {
  /// The most pages that its keys and values take.
  fileprivate var mostPages: Int {
    Segment.pageCount(forPositions: inputCount + max(generation?.limit ?? 0, 0)) + 1
  }
}

import Foundation
public import Models
import Synchronization
import TensorCore
public import Tokenization

/// What a server asks of an engine, whatever its model.
public protocol OnlineResponder: Sendable {
  /// Takes a request into the next forward pass that has room for it.
  ///
  /// - Parameter sink: Called from the engine's thread, in order; the last event is `finished` or `failed`.
  /// - Returns: The request's number, for ``cancel(_:)``.
  /// - Throws: `TokenError` for an id outside the vocabulary or a sequence longer than the block.
  func submit(_ request: OnlineRequest, sink: @escaping @Sendable (OnlineEvent) -> Void) throws -> UInt64
  /// Drops a request, whose sink is not called again after the pass under way.
  func cancel(_ number: UInt64)
  /// Computes until ``stop()``; blocks, so give it a thread of its own.
  func run()
  /// Ends ``run()`` after the forward pass under way; requests that are not finished fail.
  func stop()
  /// What it has done so far.
  var statistics: OnlineStatistics { get }
}

/// Responds to requests as they come: the online driver of the engine, beside ``Engine/respond(to:plan:progress:finished:)``.
///
/// Requests join at the next forward pass. They share what they have in common, among themselves and with earlier ones,
/// through a trie of pages. A response has the bits that the batch driver gives it, whatever else is under way.
public final class OnlineEngine<Model: LanguageModel>: OnlineResponder {
  private let model: Model
  private let tokenizer: any Tokenizer
  private let limits: EngineLimits

  private struct Inbox {
    var arrivals: [OnlineArrival] = []
    var cancelled: [UInt64] = []
    var last: UInt64 = 0
    var isStopped = false
  }
  private let inbox = Mutex(Inbox())
  /// Signalled when something is in the inbox.
  private let arrived = DispatchSemaphore(value: 0)
  private let counts = Mutex(OnlineStatistics())

  public init(_ model: Model, tokenizer: any Tokenizer, limits: EngineLimits) {
    self.model = model
    self.tokenizer = tokenizer
    self.limits = limits
  }

  public var statistics: OnlineStatistics { counts.withLock { $0 } }

  public func submit(
    _ request: OnlineRequest, sink: @escaping @Sendable (OnlineEvent) -> Void
  ) throws -> UInt64 {
    try check(request)
    let number = inbox.withLock { inbox in
      inbox.last += 1
      inbox.arrivals.append(OnlineArrival(number: inbox.last, request: request, sink: sink))
      return inbox.last
    }
    arrived.signal()
    return number
  }

  public func cancel(_ number: UInt64) {
    inbox.withLock { $0.cancelled.append(number) }
    arrived.signal()
  }

  public func stop() {
    inbox.withLock { $0.isStopped = true }
    arrived.signal()
  }

  private func check(_ request: OnlineRequest) throws(TokenError) {
    precondition(!request.ids.isEmpty, "a request needs a prompt")
    precondition(
      request.scored.isEmpty
        || request.scored.lowerBound > 0 && request.scored.upperBound <= request.ids.count,
      "positions \(request.scored) of a prompt of \(request.ids.count)")
    try TokenError.check(request.ids, vocabularySize: model.vocabularySize)
    let longest = request.inputCount + max((request.generation?.limit ?? 0) - 1, 0)
    guard longest <= model.blockSize else { throw .tooLong(longest, blockSize: model.blockSize) }
  }

  public func run() {
    var cache = model.makeCache()
    let tokenizer = tokenizer
    let reader = OnlineReader(
      model: model, decode: { ids throws(TokenizerError) in try tokenizer.decode(ids) })
    var scheduler = OnlineScheduler(cache, limits: limits)
    while take(&scheduler) {
      guard let pass = scheduler.next() else {
        note(scheduler, OnlinePass())
        arrived.wait()
        continue
      }
      do { try compute(pass, &scheduler, reader, cache) } catch {
        // What the pass has written is not known, so nothing of it is kept.
        scheduler.failAll(error)
        cache = model.makeCache()
        scheduler = OnlineScheduler(cache, limits: limits)
      }
      note(scheduler, pass)
    }
    scheduler.failAll(CancellationError())
  }

  /// - Returns: Whether to go on.
  private func take(_ scheduler: inout OnlineScheduler) -> Bool {
    let (arrivals, cancelled, isStopped) = inbox.withLock { inbox in
      defer { (inbox.arrivals, inbox.cancelled) = ([], []) }
      return (inbox.arrivals, inbox.cancelled, inbox.isStopped)
    }
    for arrival in arrivals { scheduler.add(arrival) }
    for number in cancelled where scheduler.cancel(number) { counts.withLock { $0.cancelled += 1 } }
    return !isStopped
  }

  private func compute(
    _ pass: OnlinePass, _ scheduler: inout OnlineScheduler, _ reader: OnlineReader<Model>, _ cache: KVCache
  ) throws {
    let batch = pass.batch
    let forward = ForwardPass(
      segments: batch.segments, forks: batch.forks, pages: cache, mode: model.mode)
    let computed = batch.ids.isEmpty ? nil : try model.rows(batch.ids, forward)
    let hidden = computed?.floats ?? []
    let width = computed?.width ?? scheduler.prefixes.width
    let reading = ForwardPass(segments: [], pages: cache, mode: model.mode)
    try reader.read(pass, scheduler.active, hidden, width: width, reading)
    for sequence in scheduler.active { sequence.report() }
    scheduler.finishPass(hidden, width: width)
  }

  private func note(_ scheduler: OnlineScheduler, _ pass: OnlinePass) {
    counts.withLock { counts in
      counts.waiting = scheduler.waitingCount
      counts.active = scheduler.active.count
      counts.positionsFound = scheduler.positionsFound
      counts.evictions = scheduler.prefixes.evictions
      counts.pages = scheduler.prefixes.pageCount
      counts.keyValueBytes = scheduler.prefixes.bytesInUse
      guard !pass.batch.ids.isEmpty else { return }
      counts.passes += 1
      counts.rows += pass.batch.ids.count
      counts.tokensGenerated += pass.running.count
    }
  }
}

/// What an online engine has done, and what it holds.
public struct OnlineStatistics: Sendable {
  /// Requests that wait, and that are under way.
  public var waiting = 0, active = 0
  /// Forward passes, their rows, and the decoding steps among those.
  public var passes = 0, rows = 0, tokensGenerated = 0
  /// Positions of prompts that needed no row, because another request had computed them.
  public var positionsFound = 0
  /// Requests that were dropped because their client went.
  public var cancelled = 0
  /// Pages of keys and values in the prefix cache, and how many went to make room.
  public var pages = 0, evictions = 0
  /// Bytes of keys and values, and of hidden rows.
  public var keyValueBytes = 0

  public init() {}
}

import Basics
import Evaluations
import Tokenization

/// One answer to a request while it comes in.
protocol ServedAnswer: Sendable {
  mutating func add(_ event: OnlineEvent) throws(TokenizerError)
  var hasEnded: Bool { get }
  /// How many tokens were generated.
  var tokenCount: Int { get }
  /// What was not taken before, as the form of the answer has it.
  ///
  /// - Parameter isPart: Whether it is a part of a stream.
  mutating func take(isPart: Bool) -> JSONValue
}

extension CompletionAnswer: ServedAnswer {
  mutating func take(isPart: Bool) -> JSONValue { take() }
}

extension ChatAnswer: ServedAnswer {
  mutating func take(isPart: Bool) -> JSONValue { isPart ? delta() : message() }
}

/// The answers of one request, from the events of its run.
actor AnswerCollector<Answer: ServedAnswer> {
  private let run: RequestRun
  private let iterator: RequestRun.Events.AsyncIterator
  private var answers: [Answer]
  private let frame: AnswerFrame
  private let promptTokens: Int
  private let includesUsage: Bool
  private let visit: Visit
  private var waiting: [[UInt8]] = []
  private var hasEnded = false

  /// - Parameters:
  ///   - includesUsage: Whether the last part of a stream has the request's usage.
  ///   - visit: Receives what the request took.
  init(
    _ run: RequestRun, _ answers: [Answer], _ frame: AnswerFrame, promptTokens: Int, includesUsage: Bool,
    _ visit: Visit
  ) {
    self.run = run
    iterator = run.events.makeAsyncIterator()
    self.answers = answers
    self.frame = frame
    self.promptTokens = promptTokens
    self.includesUsage = includesUsage
    self.visit = visit
  }

  private var usage: Usage {
    Usage(prompt: promptTokens, completion: answers.reduce(0) { $0 + $1.tokenCount })
  }

  /// All answers, when they are whole.
  func whole() async throws -> JSONValue {
    while let next = try await nextEvent() { try answers[next.answer].add(next.event) }
    visit.note(usage)
    return frame.json(answers.indices.map { answers[$0].take(isPart: false) }, usage: usage)
  }

  /// The next part of the stream; `nil` after the last.
  func nextPart() async -> [UInt8]? {
    if !waiting.isEmpty { return waiting.removeFirst() }
    guard !hasEnded else { return nil }
    do {
      guard let next = try await nextEvent() else { return endStream() }
      try answers[next.answer].add(next.event)
      return ServerSentEvent.data(
        frame.json([answers[next.answer].take(isPart: true)], isPart: true, usage: nil))
    } catch {
      hasEnded = true
      visit.note(usage)
      return ServerSentEvent.data(APIError(of: error).json)
    }
  }

  private func endStream() -> [UInt8] {
    hasEnded = true
    visit.note(usage)
    guard includesUsage else { return ServerSentEvent.done }
    waiting.append(ServerSentEvent.done)
    return ServerSentEvent.data(frame.json([], isPart: true, usage: usage))
  }

  private func nextEvent() async throws -> (answer: Int, event: OnlineEvent)? {
    // A copy reads from the same stream.
    var iterator = iterator
    let next = try await iterator.next(isolation: #isolation)
    if next != nil { visit.noteFirstEvent() }
    return next
  }
}

import Evaluations
import Foundation
import Models
import Sharding
import Synchronization
import TensorCore
import Testing
import Tokenization

/// Ids as their numbers, so that a stop text can be one.
private struct NumberTokenizer: Tokenizer {
  let identity = "numbers"
  let vocabularySize = RandomModel.vocabularySize
  let eotToken: Int32 = 0
  func encode(_ text: String) -> [Int32] { text.compactMap { $0.wholeNumberValue.map(Int32.init) } }
  func decode(_ ids: [Int32]) -> String { ids.map(String.init).joined() }
}

@Suite("Online engine")
struct OnlineEngineTests {
  /// What one request came to.
  private struct Outcome: Equatable {
    var scores: [PositionScore] = []
    var tokens: [GeneratedToken] = []
    var end: OnlineEnd?
    var failure: String?
  }

  private func requests(seed: UInt64, count: Int) -> [OnlineRequest] {
    var random = PythonRandom(seed: seed)
    func ids(_ count: Int) -> [Int32] {
      (0..<count).map { _ in Int32(random.below(RandomModel.vocabularySize)) }
    }
    let prefixes = [[], ids(30), ids(64), ids(70), ids(128)]
    return (0..<count).map { index in
      let prompt = prefixes[random.below(prefixes.count)] + ids(1 + random.below(25))
      var request = OnlineRequest(ids: prompt, topCount: random.below(4), client: "client \(index % 3)")
      if random.below(3) > 0 { request.scored = (1 + random.below(prompt.count))..<prompt.count }
      if request.scored.lowerBound >= prompt.count { request.scored = 1..<1 }
      if random.below(2) > 0 || request.scored.isEmpty {
        request.generation = GenerateRequest(
          prompt: prompt, limit: 1 + random.below(12), stops: [3],
          stopTexts: random.below(2) > 0 ? ["214"] : [],
          sampling: random.below(2) > 0
            ? .greedy : Sampling(temperature: 1.2, topP: 0.9, seed: 7, sample: UInt64(index)))
      }
      return request
    }
  }

  /// The outcomes of requests that arrive while others are under way.
  private func outcomes<Model: LanguageModel>(
    _ requests: [OnlineRequest], _ model: Model, limits: EngineLimits, cancelling cancelled: Set<Int> = []
  ) throws -> ([Outcome], OnlineStatistics) {
    let engine = OnlineEngine(model, tokenizer: NumberTokenizer(), limits: limits)
    let found = Mutex(Array(repeating: Outcome(), count: requests.count))
    let ended = DispatchSemaphore(value: 0)
    let thread = Thread { engine.run() }
    thread.start()
    for (index, request) in requests.enumerated() {
      let number = try engine.submit(request) { event in
        found.withLock { found in
          switch event {
          case .scored(let scores): found[index].scores = scores
          case .generated(let token): found[index].tokens.append(token)
          case .finished(let end): found[index].end = end
          case .failed(let error): found[index].failure = "\(error)"
          }
        }
        switch event {
        case .finished, .failed: if !cancelled.contains(index) { ended.signal() }
        default: break
        }
      }
      if index % 4 == 3 { Thread.sleep(forTimeInterval: 0.002) }
      if cancelled.contains(index) { engine.cancel(number) }
    }
    for _ in 0..<(requests.count - cancelled.count) { ended.wait() }
    let statistics = engine.statistics
    engine.stop()
    return (found.withLock { $0 }, statistics)
  }

  /// What the batch driver says of the same request, alone.
  private func expect<Model: LanguageModel>(
    _ outcome: Outcome, toBeThatOf request: OnlineRequest, by model: Model
  ) throws {
    #expect(outcome.failure == nil)
    let engine = Engine(model, tokenizer: NumberTokenizer())
    if !request.scored.isEmpty {
      let ids = Array(request.ids.prefix(request.scored.upperBound))
      let expected = try engine.respond(to: [.score(ScoreRequest(ids: ids, from: request.scored.lowerBound))])
      #expect(outcome.scores.map(\.score) == expected[0].tokenScores)
      for score in outcome.scores {
        #expect(score.top.count >= min(request.topCount, 1))
        #expect(score.top.first.map { $0.id == score.score.argmax } ?? true)
      }
    }
    guard let generation = request.generation else { return }
    let expected = try engine.respond(to: [.generate(generation)])[0].generation
    let kept = outcome.tokens.filter { !$0.isStop }
    #expect(kept.map(\.id) == expected.ids)
    #expect(kept.map(\.logProbability) == expected.logProbabilities)
    #expect(outcome.tokens.first { $0.isStop }?.id == expected.stop)
    for token in outcome.tokens where request.topCount > 0 {
      #expect(token.top.count == request.topCount)
      #expect(!generation.sampling.isGreedy || token.top[0].id == token.id)
    }
  }

  @Test(
    "A request that arrives among others gets the bits of the batch driver", arguments: RandomModel.allCases)
  func bits(kind: RandomModel) throws { try check(kind.make()) }

  private func check<Model: LanguageModel>(_ model: Model) throws {
    let requests = requests(seed: 5, count: 40)
    let page = model.makeCache().pageByteCount
    for limits in [
      EngineLimits(), EngineLimits(rowsPerPass: 7, maxConcurrentSequences: 3, keyValueBytes: 24 * page),
      EngineLimits(rowsPerPass: 64, keyValueBytes: page),
    ] {
      let (outcomes, statistics) = try outcomes(requests, model, limits: limits)
      for (outcome, request) in zip(outcomes, requests) {
        try expect(outcome, toBeThatOf: request, by: model)
      }
      #expect(statistics.positionsFound > 0)
    }
  }

  @Test("Requests that are cancelled change nothing for the others")
  func cancellation() throws { try checkCancellation(RandomModel.gpt.make()) }

  private func checkCancellation<Model: LanguageModel>(_ model: Model) throws {
    let requests = requests(seed: 11, count: 60)
    let cancelled = Set(requests.indices.filter { $0 % 3 == 1 })
    let (outcomes, _) = try outcomes(
      requests, model, limits: EngineLimits(rowsPerPass: 16), cancelling: cancelled)
    for index in requests.indices where !cancelled.contains(index) {
      try expect(outcomes[index], toBeThatOf: requests[index], by: model)
    }
  }

  @Test("A prompt that was scored before is read once, and its positions are scored once")
  func keepsPrefixes() throws { try checkPrefixes(RandomModel.gpt.make()) }

  private func checkPrefixes<Model: LanguageModel>(_ model: Model) throws {
    let ids = (0..<150).map { Int32($0 % RandomModel.vocabularySize) }
    let request = OnlineRequest(ids: ids, scored: 1..<150, topCount: 1)
    let engine = OnlineEngine(model, tokenizer: NumberTokenizer(), limits: EngineLimits())
    let thread = Thread { engine.run() }
    thread.start()
    defer { engine.stop() }
    for _ in 0..<3 {
      let ended = DispatchSemaphore(value: 0)
      _ = try engine.submit(request) { if case .finished = $0 { ended.signal() } }
      ended.wait()
    }
    Thread.sleep(forTimeInterval: 0.05)
    #expect(engine.statistics.rows == 149)
    #expect(engine.statistics.positionsFound == 2 * 149)
  }

  @Test("What a model cannot take is refused when it is submitted")
  func refusals() throws { try checkRefusals(RandomModel.gpt.make()) }

  private func checkRefusals<Model: LanguageModel>(_ model: Model) throws {
    let engine = OnlineEngine(model, tokenizer: NumberTokenizer(), limits: EngineLimits())
    #expect(throws: TokenError.self) { try engine.submit(OnlineRequest(ids: [5])) { _ in } }
    let long = [Int32](repeating: 1, count: 193)
    #expect(throws: TokenError.self) {
      try engine.submit(
        OnlineRequest(ids: long, generation: GenerateRequest(prompt: long, limit: 1, stops: []))
      ) { _ in }
    }
  }
}

extension Sampling {
  fileprivate var isGreedy: Bool { temperature == 0 }
}

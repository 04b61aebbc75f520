import Evaluations
import Models
import ModelsTesting
import Synchronization
import TensorCore
import Testing
import Tokenization

/// A small random GPT over 37 ids.
private let model: GPT = {
  do {
    let reader = ParameterReader(MemorySource(TinyGPT.parameters(TinyGPT.settings())), rules: GPT.sharding)
    let model = try GPT(TinyGPT.settings(), parameters: reader)
    try reader.finish()
    return model
  } catch {
    fatalError("\(error)")
  }
}()

@Suite("Engine")
struct EngineTests {
  private let requests: [Request] = [
    .score(ScoreRequest(ids: [3, 17, 0, 36, 5], from: 1)),
    .generate(GenerateRequest(prompt: [4, 4], limit: 6, stops: [])),
    .score(ScoreRequest(ids: [3, 17, 9, 9], from: 3)),
    .score(ScoreRequest(ids: [7], from: 1)),
    .score(ScoreRequest(ids: [], from: 1)),
    .generate(
      GenerateRequest(
        prompt: [9], limit: 9, stops: [2],
        sampling: Sampling(temperature: 1.3, topP: 0.8, seed: 5, sample: 3))),
    .generate(GenerateRequest(prompt: [9], limit: 0, stops: [])),
  ]

  @Test("The engine scores exactly the positions that were asked for, within the bound of float64")
  func scores() throws {
    let reference = ReferenceGPT(TinyGPT.settings(), parameters: TinyGPT.parameters(TinyGPT.settings()))
    let answers = try Engine(model).respond(to: requests)
    guard case .score(let first) = answers[0], case .score(let third) = answers[2] else {
      Issue.record("score requests must get scores")
      return
    }
    let expected = reference.logProbabilities([3, 17, 0, 36, 5])
    #expect(first.count == 4)
    for (found, expected) in zip(first, expected) {
      #expect(abs(Double(found.logProbability) - expected) < 1e-5)
    }
    #expect(third.count == 1)
    #expect(abs(Double(third[0].logProbability) - reference.logProbabilities([3, 17, 9, 9])[2]) < 1e-5)
    for (position, score) in first.enumerated() {
      let logits = reference.logits([3, 17, 0, 36, 5])[position]
      #expect(Int(score.argmax) == logits.firstIndex(of: logits.max()!)!)
    }
    #expect(answers[3] == .score([]) && answers[4] == .score([]))
  }

  @Test("A response has the same bits whatever is computed beside it")
  func batchInvariance() throws {
    let together = try Engine(model).respond(to: requests)
    for (rows, sequences) in [(1, 1), (5, 2), (2048, 64)] {
      let engine = Engine(model, limits: EngineLimits(rowsPerPass: rows, maxConcurrentSequences: sequences))
      #expect(try engine.respond(to: requests) == together)
      #expect(try engine.respond(to: requests.reversed()) == together.reversed())
    }
    for (request, answer) in zip(requests, together) {
      #expect(try Engine(model).respond(to: [request]) == [answer])
    }
  }

  @Test("Greedy text is the argmax of one whole pass after another")
  func greedy() throws {
    let reference = ReferenceGPT(TinyGPT.settings(), parameters: TinyGPT.parameters(TinyGPT.settings()))
    var ids: [Int32] = [4, 4]
    for _ in 0..<6 {
      let logits = reference.logits(ids).last!
      ids.append(Int32(logits.firstIndex(of: logits.max()!)!))
    }
    guard case .generation(let generation) = try Engine(model).respond(to: requests)[1] else { return }
    #expect(generation.ids == Array(ids.dropFirst(2)))
    #expect(generation.logProbabilities.count == 6)
    #expect(generation.stop == nil)
  }

  @Test("A stop text ends the answer and is not part of it")
  func stops() throws {
    guard
      case .generation(let free) = try Engine(model).respond(to: [
        .generate(GenerateRequest(prompt: [4, 4], limit: 6, stops: []))
      ])[0]
    else { return }
    let stop = free.ids[3]
    guard
      case .generation(let stopped) = try Engine(model).respond(to: [
        .generate(GenerateRequest(prompt: [4, 4], limit: 6, stops: [stop]))
      ])[0]
    else { return }
    #expect(stopped.ids == Array(free.ids.prefix { $0 != stop }))
    #expect(stopped.stop == stop)
  }

  @Test("A request that does not fit the model is refused before anything is computed")
  func refuses() {
    let answered = Mutex(0)
    for request in [
      Request.score(ScoreRequest(ids: [Int32](repeating: 1, count: 26), from: 1)),
      .generate(GenerateRequest(prompt: [1], limit: 25, stops: [])),
      .score(ScoreRequest(ids: [1, 37], from: 1)),
    ] {
      #expect(throws: TokenError.self) {
        try Engine(model).respond(
          to: [requests[0], request], finished: { completed in answered.withLock { $0 += completed.count } })
      }
    }
    #expect(answered.withLock { $0 } == 0)
  }
}

import Basics
public import Evaluations
import Foundation
import Synchronization
public import Tokenization

extension RemoteModel {
  /// Responses to requests, many at once.
  ///
  /// - Parameters:
  ///   - tokenizer: Makes ids of the answers' texts, where they come as texts.
  ///   - finished: Called with each response by the index of its request, one call after the other, from any thread.
  /// - Throws: ``RemoteError``; what `finished` throws. What was answered before was given to `finished`.
  public func respond(
    to requests: [Request], by tokenizer: any Tokenizer,
    finished: @escaping @Sendable (Int, Response) throws -> Void
  ) throws -> [Response] {
    try checkAbility(requests)
    struct State {
      var next = 0
      var responses: [Int: Response] = [:]
      var failure: (any Error)?
    }
    let state = Mutex(State())
    let group = DispatchGroup()
    for _ in 0..<min(client.concurrency, max(requests.count, 1)) {
      group.enter()
      let thread = Thread { [self] in
        defer { group.leave() }
        while let index = state.withLock({ state -> Int? in
          guard state.failure == nil, state.next < requests.count else { return nil }
          defer { state.next += 1 }
          return state.next
        }) {
          let result = Result { try response(to: requests[index], tokenizer) }
          state.withLock { state in
            do {
              let response = try result.get()
              try finished(index, response)
              state.responses[index] = response
            } catch { state.failure = state.failure ?? error }
          }
        }
      }
      thread.start()
    }
    group.wait()
    return try state.withLock { state in
      if let failure = state.failure { throw failure }
      return requests.indices.map { state.responses[$0]! }
    }
  }

  /// - Throws: ``RemoteError`` for requests that the server cannot answer.
  public func checkAbility(_ requests: [Request]) throws(RemoteError) {
    if case .none(let fault) = promptScores, requests.contains(where: { !$0.isGenerated && !$0.isEmpty }) {
      throw RemoteError(.lacks(.scoresPrompts(fault), url: client.address.base))
    }
    if case .none(let reason) = route, requests.contains(where: \.isGenerated) {
      throw RemoteError(.lacks(.generates(reason), url: client.address.base))
    }
  }

  private func response(to request: Request, _ tokenizer: any Tokenizer) throws -> Response {
    switch request {
    case .score(let request): .score(try scores(request))
    case .generate(let request): .generation(try generation(request, tokenizer))
    }
  }

  // MARK: Scores

  private func scores(_ request: ScoreRequest) throws(RemoteError) -> [TokenScore] {
    guard !request.isEmpty else { return [] }
    switch promptScores {
    case .echo(let limit):
      let choice = try completion(
        request.ids, limit: limit,
        [("echo", .bool(true)), ("logprobs", .integer(1)), ("temperature", .integer(0))])
      return try echoed(choice, request)
    case .promptLogProbabilities:
      let choice = try completion(
        request.ids, limit: Self.leastAnswer,
        [("prompt_logprobs", .integer(1)), ("temperature", .integer(0))])
      return try prompted(choice, request)
    case .none(let fault): throw RemoteError(.lacks(.scoresPrompts(fault), url: client.address.base))
    }
  }

  private func echoed(_ choice: JSONObject, _ request: ScoreRequest) throws(RemoteError) -> [TokenScore] {
    let lists = choice["logprobs"]?.object
    guard let own = lists?["token_logprobs"]?.list, own.count >= request.ids.count,
      let top = lists?["top_logprobs"]?.list, top.count >= request.ids.count
    else { throw malformed("log-probability for each of \(request.ids.count) ids") }
    var scores: [TokenScore] = []
    for position in request.scored {
      guard let value = own[position].number, let first = top[position].object.flatMap(Self.largest) else {
        throw malformed("log-probability at position \(position)")
      }
      let id = request.ids[position]
      let isGreedy = value >= first.value
      scores.append(
        TokenScore(
          logProbability: Float(value), argmax: isGreedy ? id : first.id ?? Self.unknown, isGreedy: isGreedy))
    }
    return scores
  }

  private func prompted(_ choice: JSONObject, _ request: ScoreRequest) throws(RemoteError) -> [TokenScore] {
    guard let all = choice["prompt_logprobs"]?.list, all.count == request.ids.count else {
      throw malformed("'prompt_logprobs' for each of \(request.ids.count) ids")
    }
    var scores: [TokenScore] = []
    for position in request.scored {
      let id = request.ids[position]
      guard let entry = all[position].object, let value = entry["\(id)"]?.object?["logprob"]?.number else {
        throw malformed("log-probability at position \(position)")
      }
      let best = entry.names.compactMap { name -> (id: Int32, value: Double)? in
        guard let id = Int32(name), let value = entry[name]?.object?["logprob"]?.number else { return nil }
        return (id, value)
      }.max { ($0.value, -$0.id) < ($1.value, -$1.id) }
      let isGreedy = value >= best?.value ?? value
      scores.append(
        TokenScore(
          logProbability: Float(value), argmax: isGreedy ? id : best?.id ?? Self.unknown, isGreedy: isGreedy))
    }
    return scores
  }

  /// Stands for a most probable id that the server names by its text only.
  private static var unknown: Int32 { -1 }

  private static func largest(_ top: JSONObject) -> (id: Int32?, value: Double)? {
    let all = top.names.compactMap { name in top[name]?.number.map { (id: id(name), value: $0) } }
    return all.max { $0.value < $1.value }
  }

  /// The id in `token_id:N`.
  static func id(_ name: String) -> Int32? {
    name.hasPrefix("token_id:") ? Int32(name.dropFirst("token_id:".count)) : nil
  }
}

import Basics
import Evaluations
import Foundation
import Logging
import Models
import Synchronization
import Templating
import Tokenization

/// What the server does with a request, whatever brings it.
final class Service: RequestHandler {
  let limits: ServerLimits
  let metrics = Metrics()

  private struct State {
    var model: ServedModel?
    var isStopping = false
  }
  private let state = Mutex(State())

  init(_ limits: ServerLimits) { self.limits = limits }

  /// From now on requests are answered by `model`.
  func serve(_ model: ServedModel) { state.withLock { $0.model = model } }

  /// From now on requests are refused; those that are under way go on.
  func refuse() { state.withLock { $0.isStopping = true } }

  func label(of path: String) -> String { Route.label(path) }

  func isOpen(_ path: String) -> Bool { Route(path)?.isOpen == true }

  func admit(_ method: String, _ path: String, host: String) throws(APIError) {
    guard try route(method, path).method == "POST" else { return }
    guard metrics.underWay <= limits.requests else {
      throw APIError(
        429, "there are \(limits.requests) requests under way already", code: "rate_limit_exceeded",
        retryAfter: 1)
    }
    _ = try model()
  }

  /// The model, where requests are answered.
  ///
  /// - Throws: ``APIError`` before and after that.
  func model() throws(APIError) -> ServedModel {
    let (model, isStopping) = state.withLock { ($0.model, $0.isStopping) }
    if isStopping { throw .stopping }
    guard let model else { throw .loading }
    return model
  }

  func reply(to call: Call) async -> Reply {
    do { return try await reply(to: call, route(call.method, call.path)) } catch {
      return .error(APIError(of: error))
    }
  }

  private func route(_ method: String, _ path: String) throws(APIError) -> Route {
    guard let route = Route(path) else {
      throw APIError(404, "no such path '\(path)'\(suggestion(Route.nearest(to: path)))")
    }
    guard route.method == method else { throw .method(method, of: path, taking: route.method) }
    return route
  }

  private func reply(to call: Call, _ route: Route) async throws -> Reply {
    switch route {
    case .health:
      do throws(APIError) { _ = try model() } catch {
        return .json(503, .object([("status", .text(error.code ?? "unavailable"))]))
      }
      return .json(200, .object([("status", .text("ok"))]))
    case .metrics:
      return .text(
        200, metrics.text(state.withLock { $0.model?.engine.statistics }),
        type: "text/plain; version=0.0.4; charset=utf-8")
    case .openAPI: return .json(200, OpenAPI.document)
    case .models: return .json(200, try model().list)
    case .model(let name):
      try model().check(name)
      return .json(200, try model().entry(name))
    case .tokenize: return .json(200, try model().reply(to: TokenizeRequest(body: call.body)))
    case .detokenize: return .json(200, try model().reply(to: DetokenizeRequest(body: call.body)))
    case .tokenizerInfo: return .json(200, try model().tokenizerInfo)
    case .completions: return try await complete(CompletionRequest(body: call.body), try model(), call)
    case .chat: return try await chat(ChatRequest(body: call.body), try model(), call)
    }
  }

  private func complete(_ request: CompletionRequest, _ model: ServedModel, _ call: Call) async throws
    -> Reply
  {
    try model.check(request.model)
    let prompts = try request.prompts.map { try model.prompt($0, of: request) }
    var requests: [OnlineRequest] = []
    var answers: [CompletionAnswer] = []
    for (ids, text) in prompts {
      let limit = try answerLimit(
        request.generation.limit, default: CompletionRequest.defaultLimit, prompt: ids.count, model)
      for answer in 0..<request.generation.count {
        let generation = request.generation.request(ids, limit: limit, ends: model.ends.ids, answer: answer)
        let scored = request.echoes && request.top != nil && ids.count > 1 ? 1..<ids.count : 1..<1
        requests.append(
          OnlineRequest(
            ids: ids, scored: scored, generation: limit > 0 ? generation : nil, topCount: request.top ?? 0,
            client: call.client))
        answers.append(
          try CompletionAnswer(
            answers.count, of: request, prompt: ids, promptText: text, stopTexts: generation.stopTexts, model)
        )
      }
    }
    call.visit.note(prompt: prompts.map { JSONText.quoted($0.text) }.joined(separator: ", "))
    return try await run(
      requests, answers, .completion(model), model, request.generation,
      promptTokens: prompts.reduce(0) { $0 + $1.ids.count }, call)
  }

  private func chat(_ request: ChatRequest, _ model: ServedModel, _ call: Call) async throws -> Reply {
    try model.check(request.model)
    let text = try model.text(of: request)
    let ids = try model.tokenizer.encode(text, addingSpecialTokens: false)
    guard !ids.isEmpty else { throw APIError(422, "the conversation has no tokens", field: "messages") }
    let limit = try answerLimit(
      request.generation.limit, default: model.blockSize, prompt: ids.count, model)
    let ends = model.ends.ids.union(model.chat.stops(model.tokenizer))
    let stopTexts = model.chat.stopTexts(model.tokenizer)
    var requests: [OnlineRequest] = []
    var answers: [ChatAnswer] = []
    for answer in 0..<request.generation.count {
      let generation = request.generation.request(
        ids, limit: limit, ends: ends, moreStopTexts: stopTexts, answer: answer)
      requests.append(
        OnlineRequest(
          ids: ids, generation: limit > 0 ? generation : nil, topCount: request.top ?? 0, client: call.client)
      )
      answers.append(ChatAnswer(answer, of: request, stopTexts: generation.stopTexts, model))
    }
    call.visit.note(prompt: JSONText.quoted(text))
    return try await run(
      requests, answers, .chat(model), model, request.generation, promptTokens: ids.count, call)
  }

  private func run<Answer: ServedAnswer>(
    _ requests: [OnlineRequest], _ answers: [Answer], _ frame: AnswerFrame, _ model: ServedModel,
    _ generation: GenerationFields, promptTokens: Int, _ call: Call
  ) async throws -> Reply {
    let run = try RequestRun(requests, by: model.engine)
    let watch = call.watch { [weak run] error in run?.cancel(error) }
    let collector = AnswerCollector(
      run, answers, frame, promptTokens: promptTokens, includesUsage: generation.includesUsage, call.visit)
    guard generation.streams else {
      defer { watch.end() }
      return .json(200, try await collector.whole())
    }
    return .stream(
      AsyncStream {
        let part = await collector.nextPart()
        if part == nil { watch.end() }
        return part
      })
  }

  /// The most tokens of an answer.
  ///
  /// - Parameters:
  ///   - limit: What the request says.
  ///   - standard: What it is where the request does not say, as far as the block has room.
  /// - Throws: ``APIError`` where prompt and answer do not fit.
  private func answerLimit(
    _ limit: Int?, default standard: Int, prompt: Int, _ model: ServedModel
  ) throws(APIError) -> Int {
    // The last token of an answer is not read.
    let most = min(model.blockSize + 1, limits.tokens ?? Int.max)
    let asked = limit ?? max(min(standard, most - prompt), 1)
    guard prompt + asked <= most else {
      throw APIError(
        422, "a prompt and its answer have at most \(most) tokens, found \(prompt) and \(asked)",
        field: "max_tokens", code: "context_length_exceeded")
    }
    return asked
  }
}

/// A request that is let in.
struct Call: Sendable {
  var method: String
  var path: String
  /// The path with its query, as it came.
  var target: String
  var body: [UInt8]
  /// Who asks, for fairness.
  var client: String
  var visit: Visit
  /// Calls its argument when the client has gone or its time is over.
  var watch: @Sendable (_ ended: @escaping @Sendable (APIError?) -> Void) -> Watch
}

extension APIError {
  /// The error that a client receives.
  init(of error: any Error) {
    switch error {
    case let error as APIError: self = error
    case let error as TokenError: self.init(422, "\(error)", code: "invalid_tokens")
    case let error as TokenizerError: self.init(422, "\(error)", code: "invalid_tokens")
    case let error as TemplateError: self.init(400, "\(error)", field: "messages", code: "chat_template")
    case is CancellationError: self.init(499, "the client has gone", code: "cancelled")
    default: self.init(500, "\(error)", code: "internal")
    }
  }
}

import Basics
import Chat
import Foundation

/// Finds out with a few small requests what a server can do: how it scores a prompt, and how it is asked to generate.
struct PromptProbe {
  /// What was found.
  struct Capabilities {
    var scores: RemoteModel.PromptScores
    var route: AnswerRoute
  }

  private let client: RemoteClient
  private let model: String
  /// Ids that every vocabulary has; whether they make sense does not matter.
  private static let ids: [Int32] = [5, 6, 7, 8]

  init(_ client: RemoteClient, model: String) {
    self.client = client
    self.model = model
  }

  /// - Parameters:
  ///   - hasTokenizer: Whether ids can be made of texts here.
  ///   - prefersChat: Whether conversations are to be written by the server, where it can.
  /// - Throws: ``RemoteError`` for a server that cannot be reached or lets us not in.
  func capabilities(hasTokenizer: Bool, prefersChat: Bool) throws(RemoteError) -> Capabilities {
    var capabilities = try scores()
    if prefersChat, case .chat(let name) = try chat() { capabilities.route = .chat(limitName: name) }
    if case .textOfIDs = capabilities.route, !hasTokenizer { capabilities.route = .text }
    if case .none = capabilities.route { capabilities.route = try text() }
    return capabilities
  }

  // MARK: Ids

  private func scores() throws(RemoteError) -> Capabilities {
    var capabilities = Capabilities(scores: .none(.ignoresEcho), route: .none(""))
    for limit in [0, RemoteModel.leastAnswer] {
      let answer = try completion([("echo", .bool(true)), ("logprobs", .integer(1))], limit: limit)
      guard case .answer(let choice) = answer else {
        if case .refusal(let message) = answer, capabilities.route == .none("") {
          capabilities = Capabilities(scores: .none(.refuses(message)), route: .none(message))
        }
        continue
      }
      capabilities.route = Self.namesIDs(choice) ? .ids : .textOfIDs
      let lists = choice["logprobs"]?.object
      let own = lists?["token_logprobs"]?.list
      if own?.count == Self.ids.count + limit, own?[1].number != nil {
        capabilities.scores = .echo(limit: limit)
        return capabilities
      }
      // llama-server lists those of an answer as chats have them.
      let reportsAnswers = lists?["content"]?.list != nil
      capabilities.scores = .none(
        own.map { Self.fault($0, limit: limit) } ?? (reportsAnswers ? .ignoresEcho : .hasNoLogProbabilities))
    }
    if case .answer(let choice) = try completion(
      [("prompt_logprobs", .integer(1))], limit: RemoteModel.leastAnswer),
      choice["prompt_logprobs"]?.list?.count == Self.ids.count
    {
      capabilities = Capabilities(
        scores: .promptLogProbabilities, route: Self.namesIDs(choice) ? .ids : .textOfIDs)
    }
    return capabilities
  }

  private static func fault(_ own: [JSONValue], limit: Int) -> RemoteError.PromptFault {
    // As many as were generated: the prompt is not among them.
    guard own.count != ids.count + limit, own.count > 1 else { return .ignoresEcho }
    return .tokenizes(ids: ids.count, found: own.count)
  }

  /// Whether an answer's tokens are named by ids.
  private static func namesIDs(_ choice: JSONObject) -> Bool {
    if choice["token_ids"]?.list != nil { return true }
    let names = choice["logprobs"]?.object?["tokens"]?.list ?? []
    return !names.isEmpty && names.allSatisfy { $0.text.map(RemoteModel.id) ?? nil != nil }
  }

  private func completion(_ pairs: [(String, JSONValue)], limit: Int) throws(RemoteError) -> Answer {
    try answer(
      .completions, RemoteModel.members(prompt: Self.ids, limit: limit) + [("seed", .integer(0))] + pairs)
  }

  // MARK: Texts

  /// The route to a server that takes no ids.
  private func text() throws(RemoteError) -> AnswerRoute {
    let answer = try answer(
      .completions, [("prompt", .text("a")), ("max_tokens", .integer(RemoteModel.leastAnswer))])
    if case .answer(let choice) = answer, choice["text"]?.text != nil { return .text }
    return try chat()
  }

  private func chat() throws(RemoteError) -> AnswerRoute {
    let messages = JSONValue.list([ChatTurn.user("a").json])
    var reason = ""
    for name in ["max_tokens", "max_completion_tokens"] {
      switch try answer(.chat, [("messages", messages), (name, .integer(RemoteModel.leastAnswer))]) {
      case .answer(let choice) where choice["message"]?.object != nil: return .chat(limitName: name)
      case .answer: break
      case .refusal(let message): reason = message
      }
    }
    return .none(reason)
  }

  // MARK: Requests

  /// The first choice, or the sentence with which the server refuses the request.
  private enum Answer {
    case answer(JSONObject)
    case refusal(String)
  }

  private func answer(
    _ path: RemoteClient.Path, _ pairs: [(String, JSONValue)]
  ) throws(RemoteError) -> Answer {
    let base: [(String, JSONValue)] = [("model", .text(model)), ("temperature", .integer(0))]
    do {
      let answer = try client.answer(
        path, .object(base + pairs), tokens: Self.ids.count + RemoteModel.leastAnswer)
      return answer["choices"]?.list?.first?.object.map(Answer.answer) ?? .refusal("no choices")
    } catch {
      guard case .status(let status, _, let message) = error.kind,
        [400, 404, 405, 415, 422, 500, 501].contains(status)
      else { throw error }
      return .refusal(message)
    }
  }
}

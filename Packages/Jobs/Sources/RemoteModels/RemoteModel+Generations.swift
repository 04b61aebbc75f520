import Basics
import Chat
import Evaluations
import Foundation
import Tokenization

extension RemoteModel {
  /// The most stop texts that servers take; an answer is cut at the others here.
  private static let mostStopTexts = 4

  /// - Parameter limit: The most tokens that are generated.
  func completion(
    _ ids: [Int32], limit: Int, _ pairs: [(String, JSONValue)]
  ) throws(RemoteError) -> JSONObject {
    try choice(.completions, Self.members(prompt: ids, limit: limit) + pairs, tokens: ids.count + limit)
  }

  /// What a request holds whose prompt, and answer, are ids.
  static func members(prompt: [Int32], limit: Int) -> [(String, JSONValue)] {
    [
      ("prompt", .list(prompt.map { .integer(Int($0)) })), ("return_tokens_as_token_ids", .bool(true)),
      ("return_token_ids", .bool(true)), ("max_tokens", .integer(limit)),
    ]
  }

  private func choice(
    _ path: RemoteClient.Path, _ pairs: [(String, JSONValue)], tokens: Int
  ) throws(RemoteError) -> JSONObject {
    let answer = try client.answer(path, .object([("model", .text(name))] + pairs), tokens: tokens)
    guard let choice = answer["choices"]?.list?.first?.object else { throw malformed("'choices'", path) }
    return choice
  }

  func malformed(_ what: String, _ path: RemoteClient.Path = .completions) -> RemoteError {
    RemoteError(.malformed(url: client.address.url(path.rawValue).absoluteString, what: what))
  }

  func generation(_ request: GenerateRequest, _ tokenizer: any Tokenizer) throws -> Generation {
    guard request.limit > 0 else { return Generation() }
    switch route {
    case .ids: return try generationOfIDs(request)
    case .textOfIDs:
      let choice = try completion(request.prompt, limit: request.limit, texts(request))
      return try generation(choice["text"], tokenizer)
    case .text:
      let prompt = JSONValue.text(try tokenizer.decode(request.prompt))
      let pairs = [("prompt", prompt), ("max_tokens", .integer(request.limit))] + texts(request)
      return try generation(try choice(.completions, pairs, tokens: request.mostTokens)["text"], tokenizer)
    case .chat(let limitName):
      let prompt = try tokenizer.decode(request.prompt)
      let turns = ChatFormat.conversation(in: prompt) ?? [.user(prompt)]
      let pairs =
        [("messages", .list(turns.map(\.json))), (limitName, .integer(request.limit))] + texts(request)
      let message = try choice(.chat, pairs, tokens: request.mostTokens)["message"]?.object
      return try generation(message?["content"], tokenizer)
    case .none(let reason): throw RemoteError(.lacks(.generates(reason), url: client.address.base))
    }
  }

  // MARK: Texts

  /// What every server takes. Fields that change nothing are left out, for some refuse what they do not have.
  private func texts(_ request: GenerateRequest) -> [(String, JSONValue)] {
    let sampling = request.sampling.simplified
    var pairs: [(String, JSONValue)] = [("temperature", .number(sampling.temperature))]
    if sampling.temperature > 0 {
      if sampling.topP < 1 { pairs.append(("top_p", .number(sampling.topP))) }
      pairs.append(
        ("seed", .integer(Int(truncatingIfNeeded: (sampling.seed &+ sampling.sample) & 0x7FFF_FFFF))))
    }
    pairs += sampling.rules.members
    let stops = request.stopTexts.filter { !$0.isEmpty }.prefix(Self.mostStopTexts)
    if !stops.isEmpty { pairs.append(("stop", .list(stops.map { .text($0) }))) }
    return pairs
  }

  /// An answer without log-probabilities. A server may give `null` for an empty one.
  private func generation(_ text: JSONValue?, _ tokenizer: any Tokenizer) throws -> Generation {
    guard let text, text == .null || text.text != nil else { throw malformed("text of the answer") }
    return Generation(ids: try tokenizer.encode(text.text ?? "", addingSpecialTokens: false))
  }

  // MARK: Ids

  private func generationOfIDs(_ request: GenerateRequest) throws(RemoteError) -> Generation {
    let sampling = request.sampling
    var pairs: [(String, JSONValue)] = [
      ("temperature", .number(sampling.temperature)), ("top_p", .number(sampling.topP)),
      ("logprobs", .integer(1)), ("ignore_eos", .bool(true)),
      ("stop_token_ids", .list(request.stops.sorted().map { .integer(Int($0)) })),
    ]
    pairs += sampling.simplified.rules.members
    if !request.stopTexts.isEmpty { pairs.append(("stop", .list(request.stopTexts.map { .text($0) }))) }
    if sampling.temperature > 0 {
      pairs.append(("seed", .integer(Int(bitPattern: UInt(sampling.seed)))))
      pairs.append(("sample", .integer(Int(clamping: sampling.sample))))
    }
    return try generation(in: try completion(request.prompt, limit: request.limit, pairs), request)
  }

  private func generation(in choice: JSONObject, _ request: GenerateRequest) throws(RemoteError) -> Generation
  {
    let lists = choice["logprobs"]?.object
    let named = lists?["tokens"]?.list?.map { $0.text.flatMap(Self.id) }
    let given = choice["token_ids"]?.list?.map { $0.integer.flatMap { Int32(exactly: $0) } }
    guard let ids = given ?? named, !ids.contains(nil) else { throw malformed("id for each generated token") }
    guard let own = lists?["token_logprobs"]?.list?.map(\.number), own.count == ids.count, !own.contains(nil)
    else { throw malformed("log-probability for each generated token") }
    var generation = Generation(
      ids: ids.compactMap { $0 }, logProbabilities: own.compactMap { $0.map { Float($0) } })
    if choice["finish_reason"]?.text == "stop", let last = generation.ids.last, request.stops.contains(last) {
      generation.stop = last
      generation.ids.removeLast()
      generation.logProbabilities.removeLast()
    }
    return generation
  }
}

extension GenerateRequest {
  /// A character is seldom more than a token.
  fileprivate var mostTokens: Int { prompt.count + limit }
}

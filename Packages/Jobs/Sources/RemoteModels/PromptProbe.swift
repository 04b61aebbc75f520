import Basics
import Foundation

/// Finds out with a few small requests how a server scores a prompt.
struct PromptProbe {
  private let client: RemoteClient
  private let model: String
  /// Ids that every vocabulary has; whether they make sense does not matter.
  private static let ids: [Int32] = [5, 6, 7, 8]

  init(_ client: RemoteClient, model: String) {
    self.client = client
    self.model = model
  }

  /// - Throws: ``RemoteError`` for a server that cannot be reached or lets us not in.
  func found() throws(RemoteError) -> RemoteModel.PromptScores {
    var fault = RemoteError.PromptFault.ignoresEcho
    for limit in [0, 1] {
      guard
        let answer = try completion(
          [
            ("echo", .bool(true)), ("logprobs", .integer(1)),
          ], limit: limit)
      else { continue }
      let own = answer["logprobs"]?.object?["token_logprobs"]?.list
      if own?.count == Self.ids.count + limit, own?[1].number != nil { return .echo(limit: limit) }
      if own == nil { fault = .hasNoLogProbabilities }
      if let own, own.count != Self.ids.count + limit, own.count > 1 {
        fault = .tokenizes(ids: Self.ids.count, found: own.count)
      }
    }
    if let answer = try completion([("prompt_logprobs", .integer(1))], limit: RemoteModel.leastAnswer),
      answer["prompt_logprobs"]?.list?.count == Self.ids.count
    {
      return .promptLogProbabilities
    }
    return .none(fault)
  }

  /// The first answer; `nil` where the server refuses the request.
  private func completion(
    _ pairs: [(String, JSONValue)], limit: Int
  ) throws(RemoteError) -> JSONObject? {
    let prompt = JSONValue.list(Self.ids.map { .integer(Int($0)) })
    let base: [(String, JSONValue)] = [
      ("model", .text(model)), ("prompt", prompt), ("temperature", .integer(0)), ("seed", .integer(0)),
      ("max_tokens", .integer(limit)),
    ]
    do {
      let answer = try client.completion(.object(base + pairs), tokens: Self.ids.count + limit)
      return answer["choices"]?.list?.first?.object
    } catch {
      guard case .status(let status, _, _) = error.kind, [400, 404, 422, 501].contains(status) else {
        throw error
      }
      return nil
    }
  }
}

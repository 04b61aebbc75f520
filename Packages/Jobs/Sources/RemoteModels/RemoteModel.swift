import Basics
public import Chat
import Foundation
public import Jobs
import Templating
public import Tokenization

/// A model that a server holds, as one probe has found it, before anything is asked.
public final class RemoteModel: Sendable {
  /// How the server reports log-probabilities of a prompt.
  enum PromptScores: Sendable, Equatable {
    /// `echo`, with so many tokens generated behind the prompt.
    case echo(limit: Int)
    /// vLLM's `prompt_logprobs`.
    case promptLogProbabilities
    /// Not at all: why.
    case none(RemoteError.PromptFault)
  }

  let client: RemoteClient
  /// What the server calls the model.
  public let name: String
  /// What the server reports of the weights; `nil` where it reports nothing.
  public let revision: String?
  /// The longest sequence that it reads, in tokens.
  public let blockSize: Int
  let promptScores: PromptScores
  let route: AnswerRoute
  /// `tokenizer_info`, where the server has it.
  private let info: JSONObject?

  /// The fewest tokens that servers generate which know no other way.
  static let leastAnswer = 1
  /// The block size of a server that does not report one, as lm-evaluation-harness has it.
  private static let defaultBlockSize = 2048

  /// The longest text that goes to a server as such, in characters: it is the server that counts tokens.
  private static let longestText = 1 << 30

  /// Looks at the server: its models, its tokenizer, whether it scores a prompt, and how it is asked to generate.
  ///
  /// - Parameters:
  ///   - hasTokenizer: Whether the settings name the model's tokenizer.
  ///   - asksInChat: Whether all prompts are conversations; a server that does not report how they are written writes them.
  /// - Throws: ``RemoteError`` for a server that cannot be reached, or that does not serve the model.
  public init(_ spec: RemoteModelSpec, hasTokenizer: Bool, asksInChat: Bool) throws(RemoteError) {
    client = try RemoteClient(spec)
    let entry = try Self.entry(client)
    name = entry["id"]?.text ?? ""
    revision = entry["revision"]?.text
    do { info = try client.object(client.address.besides("tokenizer_info")) } catch {
      guard case .status = error.kind else { throw error }
      info = nil
    }
    let found = try PromptProbe(client, model: name).capabilities(
      hasTokenizer: hasTokenizer || info != nil,
      prefersChat: asksInChat && info?["chat_template"]?.text == nil)
    (promptScores, route) = (found.scores, found.route)
    blockSize = route.takesTexts ? Self.longestText : Self.blockSize(entry)
    if hasTokenizer, route.takesTexts { throw RemoteError(.lacks(.takesIDs, url: client.address.base)) }
  }

  private static func blockSize(_ entry: JSONObject) -> Int {
    guard let length = entry["max_model_len"]?.integer else { return defaultBlockSize }
    let isOurs = entry["owned_by"]?.text == "assay"
    // Others read the last token of an answer too, and one must be generated.
    return isOurs ? length : max(length - 2, 1)
  }

  private static func entry(_ client: RemoteClient) throws(RemoteError) -> JSONObject {
    let url = client.address.url("models")
    let list = try client.object(url)["data"]?.list?.compactMap(\.object) ?? []
    let names = list.compactMap { $0["id"]?.text }
    guard let first = list.first, !names.isEmpty else {
      throw RemoteError(.malformed(url: url.absoluteString, what: "list of models 'data'"))
    }
    guard let wanted = client.address.model else { return first }
    guard let entry = list.first(where: { $0["id"]?.text == wanted }) else {
      throw RemoteError(.noModel(wanted, url: client.address.base, known: names))
    }
    return entry
  }

  /// Server, model and revision: what responses are kept under.
  public var identity: String { "openai \(client.address.base) \(name) \(revision ?? "")" }

  /// The tokenizer that the server keeps, or what stands in for one where texts go to it.
  ///
  /// - Throws: ``RemoteError`` for a server that keeps none.
  public func tokenizer() throws(RemoteError) -> any Tokenizer {
    if route.takesTexts { return TextTokenizer() }
    guard let info else {
      throw RemoteError(
        .lacks(.keepsTokenizer, url: client.address.base))
    }
    return try RemoteTokenizer(client, info: info)
  }

  /// How the model wants conversations written, where the server reports it or writes them itself.
  public var chat: ChatFormat {
    if case .chat = route { return .turns }
    let place = client.address.besides("tokenizer_info").absoluteString
    guard let template = info?["chat_template"]?.text else {
      return .missing(from: place, .key("chat_template"))
    }
    var tokens: [String: String] = [:]
    for name in ["bos_token", "eos_token", "unk_token", "pad_token"] { tokens[name] = info?[name]?.text }
    do { return try ChatFormat(template: template, specialTokens: tokens).located(in: place) } catch {
      return .failing(error.located(in: place, at: "chat_template"))
    }
  }
}

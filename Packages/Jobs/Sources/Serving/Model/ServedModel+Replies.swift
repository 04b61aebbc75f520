import Basics
import Chat
import Evaluations
import Templating
import Tokenization

extension ServedModel {
  var name: String { names[0] }

  /// What answers carry, so that a client notices other weights.
  var fingerprint: String? { revision.map { "assay-" + $0.prefix(16) } }

  /// - Throws: ``APIError`` for a model that is not served.
  func check(_ name: String?) throws(APIError) {
    guard let name, !names.contains(name) else { return }
    throw APIError(
      404, "no model '\(name)'; there is \(quotedList(names))", field: "model",
      code: "model_not_found")
  }

  /// A prompt's ids, and its text as it is echoed.
  func prompt(_ prompt: CompletionRequest.Prompt, of request: CompletionRequest) throws -> (
    ids: [Int32], text: String
  ) {
    switch prompt {
    case .text(let text):
      let ids = try tokenizer.encode(text, addingSpecialTokens: request.addsSpecialTokens)
      return (ids.isEmpty ? [tokenizer.beginning] : ids, text)
    case .ids(let ids):
      return (ids, request.echoes ? try tokenizer.decode(ids) : "")
    }
  }

  /// A conversation as the model wants it written.
  func text(of request: ChatRequest) throws(TemplateError) -> String {
    request.continuesLast
      ? try chat.format.text(continuing: request.turns)
      : try chat.format.text(of: request.turns, asksForAnswer: request.asksForAnswer)
  }

  var list: JSONValue {
    .object([("object", .text("list")), ("data", .list(names.map(entry)))])
  }

  func entry(_ name: String) -> JSONValue {
    .object([
      ("id", .text(name)), ("object", .text("model")), ("created", .integer(0)),
      ("owned_by", .text("assay")), ("root", .text(self.name)), ("max_model_len", .integer(blockSize)),
      ("revision", .optional(revision)),
    ])
  }

  func reply(to request: TokenizeRequest) throws -> JSONValue {
    let ids = try tokenizer.encode(request.prompt, addingSpecialTokens: request.addsSpecialTokens)
    var pairs: [(String, JSONValue)] = [
      ("tokens", .list(ids.map { .integer(Int($0)) })), ("count", .integer(ids.count)),
      ("max_model_len", .integer(blockSize)),
    ]
    if request.returnsTexts {
      var texts = TokenTexts(tokenizer)
      pairs.append(
        (
          "token_strs",
          .list(
            try ids.map { id in
              defer { _ = try? texts.next(id) }
              return .text(try texts.text(of: id))
            })
        ))
    }
    return .object(pairs)
  }

  func reply(to request: DetokenizeRequest) throws -> JSONValue {
    .object([("prompt", .text(try tokenizer.decode(request.ids)))])
  }

  /// What a client needs to know of the tokenizer to write prompts of its own.
  var tokenizerInfo: JSONValue {
    func name(_ id: Int32?) -> JSONValue {
      guard let id, let text = try? tokenizer.decode([id]), !text.isEmpty else { return .null }
      return .text(text)
    }
    let specialIDs = (0..<Int32(tokenizer.vocabularySize)).filter(tokenizer.isSpecial).map {
      JSONValue.integer(Int($0))
    }
    return .object([
      ("tokenizer_class", .text(tokenizer.identity)), ("bos_token", name(tokenizer.bosToken)),
      ("eos_token", name(tokenizer.eotToken)),
      ("bos_token_id", tokenizer.bosToken.map { .integer(Int($0)) } ?? .null),
      ("eos_token_id", .integer(Int(tokenizer.eotToken))),
      ("eos_token_ids", .list(ends.ids.sorted().map { .integer(Int($0)) })),
      ("special_token_ids", .list(specialIDs)),
      ("vocab_size", .integer(vocabularySize)), ("tokenizer_vocab_size", .integer(tokenizer.vocabularySize)),
      ("model_max_length", .integer(blockSize)), ("chat_template", .optional(chat.format.source)),
    ])
  }
}

import Chat
import Evaluations
import Templating

extension TaskEvaluation {
  /// The contexts of a document: one, or one for each choice where the choices stand in the context.
  func contexts(of index: Int, in chat: ChatContext) throws -> [String] {
    let document = document(index)
    let beginning = try system(of: document, in: chat) + shots(index).flatMap { try shot($0) }
    let prefix = try file.prompt.prefix?.value(document).text
    let questions: [[PromptMessage]]
    if hasManyContexts {
      let choices = try file.prompt.choices?.asChoices(document) ?? []
      questions = choices.map { [PromptMessage](asking: $0, prefix: prefix, targetDelimiter: "") }
    } else {
      questions = [
        [PromptMessage](
          asking: try question(file.prompt, of: document), prefix: prefix,
          targetDelimiter: file.targetDelimiter)
      ]
    }
    return try questions.map { question in
      let messages = beginning + question
      guard chat.isForced else { return messages.text }
      return try chat.text(
        of: chat.shotsAreTurns ? messages.map(\.turn) : messages.inOneTurn,
        systemFrom: try systemOrigin(of: document, in: chat))
    }
  }

  /// What stands between a context and a choice: in a chat nothing, for the template ends where an answer begins.
  func targetDelimiter(in chat: ChatContext, of document: TaskDocument) throws -> String {
    guard chat.isForced else { return file.targetDelimiter }
    let prefix = try file.prompt.prefix?.value(document).text ?? ""
    guard let end = prefix.unicodeScalars.last else { return "" }
    return PythonText.isSpace(end) ? "" : file.targetDelimiter
  }

  private func system(of document: TaskDocument, in chat: ChatContext) throws -> [PromptMessage] {
    let text = [PromptMessage].joined(
      chat.systemPrompt, try description(of: document), by: file.fewshotDelimiter)
    return text.isEmpty ? [] : [PromptMessage(turn: .system(text))]
  }

  /// What the system turn is made of, for sentences.
  private func systemOrigin(of document: TaskDocument, in chat: ChatContext) throws -> String {
    let description = try description(of: document).isEmpty ? [] : ["description of task '\(name)'"]
    let instruction = chat.systemPrompt.isEmpty ? [] : ["text of --system-instruction"]
    return (description + instruction).joined(separator: " and the ")
  }

  private func description(of document: TaskDocument) throws -> String {
    try file.description?.value(document).text ?? ""
  }

  private func question(_ fields: TaskFile.PromptFields, of document: TaskDocument) throws -> String {
    let value = try fields.text.asText(document, choices: fields.choices != nil)
    guard case .string(let text) = value else {
      throw TaskError(.value(key: "doc_to_text", expected: "a text", found: value.excerpt))
    }
    return text
  }

  /// A question with its answer and what follows it.
  private func shot(_ fields: TemplateDictionary) throws -> [PromptMessage] {
    let document = TaskDocument(fields: fields, names: names, features: features)
    let prompt = file.fewshot.prompt
    let choices = try prompt.choices?.asChoices(document)
    let target = try prompt.target.asTarget(document, choices: file.prompt.choices != nil)
    var question: String
    switch try prompt.text.asText(document, choices: file.prompt.choices != nil) {
    case .string(let text): question = text
    case .integer(let index): question = try hasManyContexts ? Self.choice(index, choices) : ""
    case let value: throw TaskError(.value(key: "doc_to_text", expected: "a text", found: value.excerpt))
    }
    return [PromptMessage](
      asking: question, answer: try Self.answer(target, hasManyContexts ? nil : choices),
      prefix: try prompt.prefix?.value(document).text, targetDelimiter: file.fewshot.targetDelimiter,
      delimiter: file.fewshot.delimiter)
  }

  /// The text of a target: itself, the choice that it names, or the first of several; `nil` where it is empty.
  private static func answer(_ target: TemplateValue, _ choices: [String]?) throws -> String? {
    switch target {
    case .string(""), .null: return nil
    case .string(let text): return text
    case .integer(let index) where choices != nil: return try choice(index, choices)
    case .boolean(let flag) where choices != nil: return try choice(flag ? 1 : 0, choices)
    case .list(let targets):
      if let first = targets.first, !first.isList { return try answer(first, choices) }
    default: break
    }
    throw TaskError(.shotAnswer(found: target.excerpt))
  }

  private static func choice(_ index: Int, _ choices: [String]?) throws -> String {
    let choices = choices ?? []
    let position = index < 0 ? choices.count + index : index
    guard choices.indices.contains(position) else {
      throw TaskError(.shotChoice(index: index, count: choices.count))
    }
    return choices[position]
  }
}

extension TemplateValue {
  fileprivate var isList: Bool { if case .list = self { true } else { false } }

  /// The value as Python writes it, or its beginning, for a sentence.
  var excerpt: String {
    let text = representation
    return text.count <= 200 ? text : "\(text.prefix(197))…"
  }
}

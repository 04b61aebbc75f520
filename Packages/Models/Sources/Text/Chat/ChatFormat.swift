public import Templating

/// How a model wants conversations written: its own chat template, or ChatML where that is the model's by definition.
///
/// The text is to be tokenized with special tokens recognised and none added: templates write `bos_token` themselves.
public struct ChatFormat: Sendable {
  enum Form: Sendable {
    case chatML
    case template(Template)
    /// None: the turns stand as they are, for a server that writes them itself.
    case turns
    /// Where a template was looked for and is not, or why it cannot be read.
    case missing(TemplateError)
  }

  let form: Form
  /// What the template can read besides the conversation: `bos_token`, `eos_token` and their kin.
  let specialTokens: TemplateDictionary
  /// What else the template can read, for example `enable_thinking`; it goes before what the conversation is called there.
  public var arguments = TemplateDictionary()

  /// ChatML: `<|im_start|>ROLE⏎CONTENT<|im_end|>⏎` for each turn.
  public static let chatML = ChatFormat(.chatML)

  /// The turns themselves, as ``conversation(in:)`` reads them again: for a model whose server writes conversations.
  public static let turns = ChatFormat(.turns)

  /// The text of the chat template; `nil` where there is none.
  public var source: String? { if case .template(let template) = form { template.source } else { nil } }

  private var isTurns: Bool { if case .turns = form { true } else { false } }

  /// Formats with the same write all conversations alike.
  public var identity: String {
    [
      source ?? failure.map { "\($0)" } ?? (isTurns ? "turns" : ""), Self.text(of: specialTokens),
      Self.text(of: arguments),
    ]
    .joined(separator: "\n")
  }

  private static func text(of values: TemplateDictionary) -> String {
    (try? TemplateValue.dictionary(values).json()) ?? ""
  }

  /// Why the model has no format: where a template was looked for, or what is wrong with it; `nil` where there is one.
  public var failure: TemplateError? { if case .missing(let error) = form { error } else { nil } }

  init(_ form: Form, specialTokens: TemplateDictionary = [:]) {
    self.form = form
    self.specialTokens = specialTokens
  }

  /// The format of a model that has no chat template: writing a conversation in it fails.
  ///
  /// - Parameters:
  ///   - path: The file in which a template was looked for.
  ///   - missing: What is not there.
  public static func missing(from path: String, _ missing: TemplateError.Missing) -> ChatFormat {
    ChatFormat(.missing(TemplateError(.missing, .noTemplate(missing)).located(in: path)))
  }

  /// The format of a model whose chat template cannot be read: writing a conversation in it fails.
  public static func failing(_ error: TemplateError) -> ChatFormat { ChatFormat(.missing(error)) }

  /// The same format, whose errors name the file that holds its template.
  public func located(in path: String, at key: String? = nil) -> ChatFormat {
    guard case .template(let template) = form else { return self }
    var located = ChatFormat(.template(template.located(in: path, at: key)), specialTokens: specialTokens)
    located.arguments = arguments
    return located
  }

  /// A template in the text of a `chat_template.jinja` or of GGUF's `tokenizer.chat_template`.
  ///
  /// - Parameters:
  ///   - specialTokens: `bos_token`, `eos_token` and others by name, as the template reads them.
  ///   - environment: By default transformers'; set its time where prompts have to repeat.
  /// - Throws: The template's syntax error.
  public init(
    template source: String, specialTokens: [String: String] = [:], environment: TemplateEnvironment = .chat
  ) throws(TemplateError) {
    form = .template(try Template(source, environment: environment))
    var tokens = TemplateDictionary()
    for (name, text) in specialTokens.sorted(by: { $0.key < $1.key }) { tokens[name] = .string(text) }
    self.specialTokens = tokens
  }

  /// The text of a conversation.
  ///
  /// - Parameters:
  ///   - system: Becomes the first turn, unless it is empty.
  ///   - asksForAnswer: Ends the text where the assistant begins to write.
  /// - Throws: What the template raises, for example for turns in an order that it does not take; where the model has none.
  public func text(
    of turns: [ChatTurn], system: String? = nil, asksForAnswer: Bool = false
  ) throws(TemplateError) -> String {
    var turns = turns
    if let system, !system.isEmpty { turns.insert(.system(system), at: 0) }
    let template: Template
    switch form {
    case .chatML: return Self.chatML(turns, asksForAnswer: asksForAnswer)
    case .turns: return Self.written(turns)
    case .missing(let error): throw error
    case .template(let own): template = own
    }
    var variables = specialTokens
    variables["messages"] = .list(turns.map { ["role": .string($0.role), "content": .string($0.content)] })
    variables["tools"] = .null
    variables["documents"] = .null
    variables["add_generation_prompt"] = .boolean(asksForAnswer)
    for case (.string(let name), let value) in zip(arguments.keys, arguments.values) {
      variables[name] = value
    }
    let text = try template.render(variables)
    guard !text.isEmpty || !turns.contains(where: { $0.role == "user" && !$0.content.isEmpty }) else {
      throw located(.operation(.conversation(.empty)))
    }
    return text
  }

  /// The text of a conversation that breaks off within its last turn, for the model to go on from there.
  ///
  /// As transformers' `continue_final_message`, it marks the end of the turn and looks where the mark comes to stand.
  ///
  /// - Throws: Also if the template does not write the last turn whole.
  public func text(continuing turns: [ChatTurn]) throws(TemplateError) -> String {
    guard var last = turns.last else { return try text(of: turns) }
    if isTurns {
      throw .operation(.conversation(.servers))
    }
    let mark = "(the answer goes on here)"
    last.content += mark + " "
    let pieces = PythonText.split(try text(of: turns.dropLast() + [last]), by: mark, limit: -1)
    guard pieces.count == 2 else {
      throw located(.operation(.conversation(.changedLast)))
    }
    // A template that trims the mark's space has trimmed the turn's too.
    return PythonText.hasPrefix(pieces[1], " ") ? pieces[0] : PythonText.trimmed(pieces[0], start: false)
  }

  private static func chatML(_ turns: [ChatTurn], asksForAnswer: Bool) -> String {
    let parts = turns.map { "<|im_start|>\($0.role)\n\($0.content)<|im_end|>\n" }
    return parts.joined() + (asksForAnswer ? "<|im_start|>assistant\n" : "")
  }

  /// A part of a conversation's text, for training on what the assistant says.
  public struct Segment: Sendable, Equatable {
    public var text: String
    /// The part is an assistant's turn, with the marks around it.
    public var isAssistant: Bool
  }

  /// The text of a conversation in one part for each turn, which together make the whole.
  ///
  /// - Throws: Also if the template writes earlier turns differently once later ones follow.
  public func segments(of turns: [ChatTurn], system: String? = nil) throws(TemplateError) -> [Segment] {
    var segments: [Segment] = []
    var written = ""
    for count in 1..<max(1, turns.count + 1) {
      let turn = turns[count - 1]
      let isWhole = count == turns.count
      guard
        let text = try partialText(
          turns.prefix(count), system: system, mayFail: !isWhole && turn.role == "system")
      else { continue }
      guard PythonText.hasPrefix(text, written) else {
        throw located(.operation(.conversation(.changedEarlier(turn: count))))
      }
      let part = String(decoding: text.utf8.dropFirst(written.utf8.count), as: UTF8.self)
      segments.append(Segment(text: part, isAssistant: turn.role == "assistant"))
      written = text
    }
    return segments
  }

  private func partialText(
    _ turns: ArraySlice<ChatTurn>, system: String?, mayFail: Bool
  ) throws(TemplateError) -> String? {
    do throws(TemplateError) {
      return try text(of: Array(turns), system: system)
    } catch {
      if mayFail { return nil }  // templates that fold the system's turn into the user's want both
      throw error
    }
  }

  private func located(_ error: TemplateError) -> TemplateError {
    if case .template(let template) = form { template.located(error) } else { error }
  }

  /// The marks with which this format ends an assistant's turn: generation has to stop there too.
  ///
  /// They are read off a short conversation; none if the template does not take it.
  public var stops: [String] {
    if case .chatML = form { return ["<|im_end|>"] }
    if isTurns { return [] }
    let answer = "An answer of its own"
    guard let text = try? text(of: [.user("A question"), .assistant(answer)]) else { return [] }
    let pieces = PythonText.split(text, by: answer, limit: -1)
    guard pieces.count == 2, let line = PythonText.lines(PythonText.trimmed(pieces[1])).first else {
      return []
    }
    return [PythonText.trimmed(line)]
  }
}

internal import Basics
internal import Foundation
public import Templating

extension ChatFormat {
  /// The format of a model's folder: `chat_template.jinja`, else what `tokenizer_config.json` says. Where neither has a
  /// template, writing a conversation fails and names the files, see ``failure``.
  ///
  /// - Parameter name: Which template, where a folder has several.
  /// - Throws: One sentence that names the file.
  public init(
    folder: String, named name: String = "default", environment: TemplateEnvironment = .chat
  ) throws(TemplateError) {
    let configurationFile = folder + "/tokenizer_config.json"
    let configuration = try Self.read(configurationFile)
    let templateFile = folder + "/chat_template.jinja"
    if let source = try Self.read(templateFile) {
      let tokens = try configuration.map { text throws(TemplateError) in
        try Self.inFile(configurationFile) { () throws(TemplateError) in
          try Self.specialTokens(in: Self.dictionary(text))
        }
      }
      let template = try Self.inFile(templateFile) { () throws(TemplateError) in
        try Template(source, environment: environment)
      }
      self = ChatFormat(.template(template), specialTokens: tokens ?? [:]).located(in: templateFile)
    } else if let configuration {
      let format = try Self.inFile(configurationFile) { () throws(TemplateError) in
        try ChatFormat(tokenizerConfiguration: configuration, named: name, environment: environment)
      }
      self =
        format.source == nil
        ? .missing(from: configurationFile, .key("chat_template", besides: "chat_template.jinja"))
        : format.located(in: configurationFile, at: "chat_template")
    } else {
      self = .missing(from: configurationFile, .file(besides: "chat_template.jinja"))
    }
  }

  /// The format that the text of a `tokenizer_config.json` asks for; ChatML if it has no `chat_template`.
  ///
  /// - Parameter name: Which template, where `chat_template` is a list of named ones.
  public init(
    tokenizerConfiguration text: String, named name: String = "default",
    environment: TemplateEnvironment = .chat
  ) throws(TemplateError) {
    let configuration = try Self.dictionary(text)
    specialTokens = try Self.specialTokens(in: configuration)
    switch configuration["chat_template"] {
    case nil, .null?: form = .chatML
    case .string(let source)?: form = .template(try Template(source, environment: environment))
    case .list(let entries)?:
      form = .template(try Template(try Self.source(named: name, among: entries), environment: environment))
    case let value?:
      throw TemplateError(
        .syntax, .needs("'chat_template'", expected: "a string or a list", found: value.typeName))
    }
  }

  private static func source(named name: String, among entries: [TemplateValue]) throws(TemplateError)
    -> String
  {
    var names: [String] = []
    for entry in entries {
      guard case .dictionary(let entry) = entry, case .string(let found)? = entry["name"],
        case .string(let source)? = entry["template"]
      else { throw TemplateError(.syntax, .lacks("an entry of 'chat_template'", "its 'name' or 'template'")) }
      if found == name { return source }
      names.append(found)
    }
    throw TemplateError(.syntax, .chatTemplate(name, known: names))
  }

  /// All keys that end in `_token`, whose values are texts or descriptions with `content`.
  private static func specialTokens(in configuration: TemplateDictionary) throws(TemplateError)
    -> TemplateDictionary
  {
    var tokens = TemplateDictionary()
    for (key, value) in zip(configuration.keys, configuration.values) {
      guard case .string(let name) = key, PythonText.hasSuffix(name, "_token") else { continue }
      switch value {
      case .string: tokens[name] = value
      case .dictionary(let description): tokens[name] = description["content"]
      default: continue
      }
    }
    return tokens
  }

  private static func dictionary(_ json: String) throws(TemplateError) -> TemplateDictionary {
    let value = try TemplateValue(json: json)
    guard case .dictionary(let dictionary) = value else {
      throw TemplateError(.syntax, .expected("a JSON object", found: value.typeName))
    }
    return dictionary
  }

  /// The text of a file, `nil` if there is none.
  private static func read(_ path: String) throws(TemplateError) -> String? {
    if let reason = fileFault(path) {
      throw TemplateError(.syntax, .unreadable(reason: reason)).located(in: path)
    }
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do {
      return try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw TemplateError(.syntax, .notUTF8).located(in: path)
    }
  }

  private static func inFile<Result>(
    _ path: String, _ body: () throws(TemplateError) -> Result
  ) throws(TemplateError) -> Result {
    do throws(TemplateError) { return try body() } catch { throw error.located(in: path) }
  }
}

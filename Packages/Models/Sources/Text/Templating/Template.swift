/// A Jinja template, read once and rendered as often as you like.
///
/// It is the subset that chat templates and lm-evaluation-harness task files use, with the results of
/// Python's Jinja2 3.1: all expressions; `if`, `for`, `set`, `macro`, `call`, `filter`, `with`, `raw`, and in
/// ``TemplateEnvironment/chat`` `break`, `continue` and `generation`; Python's methods of strings, lists and
/// dictionaries that change nothing. Values never change, so `list.append` is an error, as it is in
/// transformers. There are no other templates to include or extend, integers have 64 bits, and `safe` and
/// `escape` give plain text.
///
///     let template = try Template("Question: {{question.strip()}}\nAnswer:", environment: .taskFile)
///     try template.render(["question": " Why? "])  // Question: Why?⏎Answer:
public struct Template: Sendable {
  /// The text it was read from.
  public let source: String
  public let environment: TemplateEnvironment
  /// The file that holds the template, and the key under which; errors name them.
  public private(set) var path: String?
  public private(set) var key: String?
  let statements: [Statement]

  /// - Throws: A syntax error with its line.
  public init(_ source: String, environment: TemplateEnvironment) throws(TemplateError) {
    var parser = try Parser(source, environment: environment, names: Library.names)
    statements = try parser.parseTemplate()
    self.source = source
    self.environment = environment
  }

  /// The same template, whose errors name the file that holds it.
  public func located(in path: String, at key: String? = nil) -> Template {
    var copy = self
    (copy.path, copy.key) = (path, key)
    return copy
  }

  /// The text for these variables.
  ///
  /// - Parameter nullNames: Names that are `None` where `variables` has no value for them.
  public func render(
    _ variables: TemplateDictionary, nullNames: Set<String> = []
  ) throws(TemplateError) -> String {
    do throws(TemplateError) {
      return try Interpreter(environment, Library.definitions, variables: variables, nullNames: nullNames)
        .render(statements)
    } catch { throw located(error) }
  }

  /// The error, and where the template stands.
  public func located(_ error: TemplateError) -> TemplateError {
    path.map { error.located(in: $0, at: key) } ?? error
  }
}

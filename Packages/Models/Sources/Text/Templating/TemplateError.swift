public import Basics

/// Why a template cannot be read or rendered: facts, and one sentence that is made of them.
public struct TemplateError: ReportableError, Sendable, Equatable {
  public enum Kind: Sendable, Equatable, CaseIterable {
    /// There is no template where one is needed.
    case missing
    /// The text is no template.
    case syntax
    /// A value that does not exist was used.
    case undefined
    /// An operation does not fit its values: wrong type, wrong count of arguments, no such filter.
    case operation
    /// The template itself called `raise_exception`.
    case raised
    /// A limit of ``TemplateLimits`` was reached.
    case limit
  }

  public var kind: Kind
  /// What happened, without the file and the line.
  public var message: String
  /// Counted from 1; 0 where no line is known.
  public var line: Int
  /// The file that holds the template, where it comes from one.
  public var path: String?
  /// The key under which the file holds it, such as `chat_template`.
  public var key: String?
  /// The name that does not exist, of a filter, a test, a parameter or a statement.
  public var found: String?
  /// The existing name that is nearest to ``found``.
  public var nearest: String?

  /// Where the system turn comes from, with which and without which the template of a conversation fails.
  public var systemOrigin: String?

  public init(_ kind: Kind, _ message: String, line: Int = 0) {
    self.kind = kind
    self.message = message
    self.line = line
  }

  public var fault: Fault { .badData }

  /// `file 'tokenizer_config.json', 'chat_template': MESSAGE (template line 3)`.
  public var description: String {
    let place = [path.map { "file '\($0)'" }, key.map { "'\($0)'" }].compactMap { $0 }
    let system = systemOrigin.map { "; so it does with the system turn, which comes from the \($0)" } ?? ""
    let sentence = (place.isEmpty ? "" : place.joined(separator: ", ") + ": ") + message + system
    return line > 0 ? "\(sentence) (template line \(line))" : sentence
  }

  /// The same error, and where its template stands; what is known already stays.
  public func located(in path: String, at key: String? = nil) -> TemplateError {
    var copy = self
    if copy.path == nil { (copy.path, copy.key) = (path, key) }
    return copy
  }

  package static func operation(_ message: String) -> TemplateError { TemplateError(.operation, message) }

  /// A name that is none of `known`: `unknown filter 'uper'; did you mean 'upper'?`.
  ///
  /// - Parameter phrase: What stands before the quoted name.
  static func unknown(
    _ phrase: String, _ name: String, among known: [String], kind: Kind = .operation, line: Int = 0
  ) -> TemplateError {
    // The distance of names costs the product of their lengths.
    let nearest = name.utf8.count <= 100 ? nearestName(to: name, among: known) : nil
    let message = "\(phrase) '\(name.prefix(100))'" + suggestion(nearest)
    var error = TemplateError(kind, message, line: line)
    (error.found, error.nearest) = (name, nearest)
    return error
  }

  func located(at line: Int) -> TemplateError {
    guard self.line == 0 else { return self }
    var copy = self
    copy.line = line
    return copy
  }
}

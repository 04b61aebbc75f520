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
  public let problem: Problem
  /// Counted from 1; 0 where no line is known.
  public var line: Int
  /// The file that holds the template, where it comes from one.
  public var path: String?
  /// The key under which the file holds it, such as `chat_template`.
  public var key: String?

  /// Where the system turn comes from, with which and without which the template of a conversation fails.
  public var systemOrigin: String?

  public init(_ kind: Kind, _ problem: Problem, line: Int = 0) {
    self.kind = kind
    self.problem = problem
    self.line = line
  }

  public var fault: Fault { .badData }

  /// The same error, and where its template stands; what is known already stays.
  public func located(in path: String, at key: String? = nil) -> TemplateError {
    var copy = self
    if copy.path == nil { (copy.path, copy.key) = (path, key) }
    return copy
  }

  func located(at line: Int) -> TemplateError {
    guard self.line == 0 else { return self }
    var copy = self
    copy.line = line
    return copy
  }
}

extension TemplateError {
  package static func operation(_ problem: Problem) -> TemplateError { TemplateError(.operation, problem) }

  static func undefined(_ absence: Absence) -> TemplateError {
    TemplateError(.undefined, .undefined(absence))
  }

  static func limit(_ most: Int, _ limit: Limit, line: Int = 0) -> TemplateError {
    TemplateError(.limit, .limit(most, limit), line: line)
  }

  /// A name that is none of `known`: `unknown filter 'uper'; did you mean 'upper'?`.
  static func unknown(
    _ what: Named, _ name: String, among known: some Sequence<String>, kind: Kind = .operation, line: Int = 0
  ) -> TemplateError {
    TemplateError(kind, .unknown(what, name, nearest: nearestName(to: name, among: known)), line: line)
  }
}

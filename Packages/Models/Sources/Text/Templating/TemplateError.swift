/// Why a template cannot be read or rendered: one sentence that ends with the line.
public struct TemplateError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Kind: Sendable, Equatable, CaseIterable {
    /// The text is no template.
    case syntax
    /// A value that nobody gave was used.
    case undefined
    /// An operation does not fit its values: wrong type, wrong count of arguments, no such filter.
    case operation
    /// The template itself called `raise_exception`.
    case raised
    /// A limit of ``TemplateLimits`` was reached.
    case limit
  }

  public var kind: Kind
  /// What happened, without the line.
  public var message: String
  /// Counted from 1; 0 where no line is known.
  public var line: Int

  public init(_ kind: Kind, _ message: String, line: Int = 0) {
    self.kind = kind
    self.message = message
    self.line = line
  }

  public var description: String {
    line > 0 ? "\(message) (template line \(line))" : message
  }

  package static func operation(_ message: String) -> TemplateError { TemplateError(.operation, message) }

  func located(at line: Int) -> TemplateError {
    guard self.line == 0 else { return self }
    var copy = self
    copy.line = line
    return copy
  }
}

import Templating

/// What makes a text, a number or a list of a document.
enum TaskField: Sendable {
  /// A number, a truth value or a list, the same for all documents.
  case constant(TemplateValue)
  /// A name of a field of the document or, where there is none, a template.
  case text(String, Template)
  case function(@Sendable (TemplateDictionary) throws -> TemplateValue)

  /// The field's value, not yet read as a number or a list.
  func value(_ document: TaskDocument) throws -> TemplateValue {
    switch self {
    case .constant(let value): value
    case .function(let function): try function(document.fields)
    case .text(let name, let template):
      try document.features.contains(name)
        ? document.fields[name] ?? .null
        : .string(template.render(document.fields, nullNames: document.features))
    }
  }

  /// Whether a text was rendered rather than taken from the document as it is.
  func isRendered(_ document: TaskDocument) -> Bool {
    guard case .text(let name, _) = self else { return false }
    return !document.features.contains(name)
  }
}

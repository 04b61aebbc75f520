import Templating

/// A document and the names that all documents of its split have: one that it lacks itself is null.
struct TaskDocument: Sendable {
  var fields: TemplateDictionary
  /// The names in the order in which documents first have them, and as a set.
  var names: [String]
  var features: Set<String>

  /// The most names for which a document is written with those that it lacks, so that a file of samples grows with its
  /// documents and not with their square.
  private static let mostWrittenNames = 4096

  /// The document as JSON, its nulls included.
  func json() throws -> String {
    guard fields.count < names.count, names.count <= Self.mostWrittenNames else {
      return try TemplateValue.dictionary(fields).json()
    }
    var whole = TemplateDictionary()
    for name in names { whole[name] = fields[name] ?? .null }
    return try TemplateValue.dictionary(whole).json()
  }
}

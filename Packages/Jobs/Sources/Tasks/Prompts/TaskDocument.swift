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
    return try TemplateValue.dictionary(fields.with(names)).json()
  }

  /// Documents that all have the fields that any of them has, as the `datasets` library gives them.
  static func completed(_ documents: [TemplateDictionary]) -> [TemplateDictionary] {
    let names = names(of: documents)
    guard names.count <= mostWrittenNames else { return documents }
    return documents.map { $0.count < names.count ? $0.with(names) : $0 }
  }

  /// The names of all fields, in the order in which documents first have them.
  static func names(of documents: [TemplateDictionary]) -> [String] {
    var names: [String] = []
    var seen: Set<String> = []
    for document in documents {
      for case .string(let name) in document.keys where seen.insert(name).inserted { names.append(name) }
    }
    return names
  }
}

extension TemplateDictionary {
  /// The fields of these names, null where there is none.
  fileprivate func with(_ names: [String]) -> TemplateDictionary {
    var whole = TemplateDictionary()
    for name in names { whole[name] = self[name] ?? .null }
    return whole
  }
}

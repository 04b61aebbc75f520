import Basics
public import Templating

/// All documents of a file of JSON.
public enum JSONDocuments {
  /// - Parameter limit: How many documents are read at most.
  /// - Throws: ``DocumentError`` naming the line or the document that is none.
  public static func read(_ lines: ByteLines, limit: Int? = nil) throws(DocumentError)
    -> [TemplateDictionary]
  {
    var reader = JSONDocumentReader(lines)
    var documents: [TemplateDictionary] = []
    while limit.map({ documents.count < $0 }) ?? true, let document = try reader.next() {
      documents.append(document)
    }
    return documents
  }

  /// The documents of a file named `.json`: as ``read(_:limit:)``, and where it is one object with a list under `data`, those of
  /// the list.
  ///
  /// - Throws: ``DocumentError`` naming the line or the document that is none.
  public static func whole(_ lines: ByteLines) throws(DocumentError) -> [TemplateDictionary] {
    let documents = try read(lines)
    guard documents.count == 1, case .list(let elements)? = documents[0]["data"] else { return documents }
    var inner: [TemplateDictionary] = []
    for element in elements {
      guard case .dictionary(let document) = element else {
        throw DocumentError(
          .violation(.value(expected: "a JSON object with named fields", found: element.kindOfJSON)),
          path: lines.path, at: .document(inner.count))
      }
      inner.append(document)
    }
    return inner
  }
}

extension TemplateValue {
  /// What JSON calls it, with an article.
  public var kindOfJSON: String {
    switch self {
    case .null, .undefined: "null"
    case .boolean(let value): "\(value)"
    case .integer, .float: "a number"
    case .string: "a text"
    case .list, .tuple, .iterable: "a list"
    case .dictionary, .object: "an object"
    }
  }
}

public import Foundation
public import Templating

/// Documents in Arrow IPC streams and files, as the `datasets` library saves them.
///
/// - Source: *Arrow Columnar Format* 1.5, "Serialization and Interprocess Communication".
public enum ArrowDocuments {
  /// - Throws: ``DocumentError`` for a file that is damaged, or whose columns are of kinds that no task reads.
  public static func read(_ bytes: Data, file: String) throws(DocumentError) -> [TemplateDictionary] {
    do throws(ArrowError) {
      return try documents(ArrowBytes(bytes))
    } catch { throw DocumentError(.noArrow(error.reason), path: file) }
  }

  private static func documents(_ bytes: ArrowBytes) throws(ArrowError) -> [TemplateDictionary] {
    var messages = try ArrowMessages(bytes)
    let budget = ArrowBudget(fileSize: bytes.count)
    var fields: [ArrowField]?
    var documents: [TemplateDictionary] = []
    while let message = try messages.next() {
      switch message.kind {
      case .schema:
        guard fields == nil else { throw ArrowError("a second schema stands within the file") }
        fields = try ArrowField.all(of: message.header)
      case .recordBatch:
        guard let fields else { throw ArrowError("rows stand before the schema that explains them") }
        var batch = try ArrowBatch(message, budget)
        let columns = try ArrowError.map(fields) { field throws(ArrowError) in try batch.values(of: field) }
        for row in 0..<batch.count {
          var document = TemplateDictionary()
          for (field, column) in zip(fields, columns) { document[field.name] = column[row] }
          documents.append(document)
        }
      case .dictionaryBatch: throw ArrowError("columns with dictionaries are not read")
      }
    }
    guard fields != nil else { throw ArrowError("there is no schema, so this is no Arrow file") }
    return documents
  }
}

/// What is wrong with an Arrow file.
struct ArrowError: Error {
  let reason: String
  init(_ reason: String) { self.reason = reason }

  static func map<Element, Result>(
    _ elements: some Sequence<Element>, _ transform: (Element) throws(ArrowError) -> Result
  ) throws(ArrowError) -> [Result] {
    var results: [Result] = []
    for element in elements { results.append(try transform(element)) }
    return results
  }
}

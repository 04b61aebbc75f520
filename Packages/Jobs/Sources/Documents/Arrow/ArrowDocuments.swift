import Basics
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
    } catch { throw DocumentError(.arrow(error.violation, column: error.column), path: file) }
  }

  private static func documents(_ bytes: ArrowBytes) throws(ArrowError) -> [TemplateDictionary] {
    var messages = try ArrowMessages(bytes)
    let budget = ArrowBudget(fileSize: bytes.count)
    var fields: [ArrowField]?
    var documents: [TemplateDictionary] = []
    while let message = try messages.next() {
      switch message.kind {
      case .schema:
        guard fields == nil else { throw ArrowError(.repeated("the schema")) }
        fields = try ArrowField.all(of: message.header)
      case .recordBatch:
        guard let fields else { throw ArrowError(.missing("schema", purpose: "which explains the rows")) }
        var batch = try ArrowBatch(message, budget)
        let columns = try ArrowError.map(fields) { field throws(ArrowError) in try batch.values(of: field) }
        for row in 0..<batch.count {
          var document = TemplateDictionary()
          for (field, column) in zip(fields, columns) { document[field.name] = column[row] }
          documents.append(document)
        }
      case .dictionaryBatch: throw ArrowError.dictionary()
      }
    }
    guard fields != nil else { throw ArrowError(.missing("schema", purpose: "so this is no Arrow file")) }
    return documents
  }
}

/// What is wrong with an Arrow file.
struct ArrowError: Error {
  let violation: Violation
  /// The column in which it lies, where it lies in one.
  let column: String?

  init(_ violation: Violation, column: String? = nil) {
    self.violation = violation
    self.column = column
  }

  /// A part that reaches beyond the bytes that hold it.
  static func outside(_ length: Int, at start: Int, of count: Int) -> ArrowError {
    ArrowError(.value("a part at byte \(start)", expected: "\(length) bytes", found: "an end at \(count)"))
  }

  /// Columns whose values stand apart, each once, with indices in their place.
  static func dictionary(of column: String? = nil) -> ArrowError {
    ArrowError(
      .unsupported("a dictionary of values", remedy: "save the column as the values themselves"),
      column: column)
  }

  static func map<Element, Result>(
    _ elements: some Sequence<Element>, _ transform: (Element) throws(ArrowError) -> Result
  ) throws(ArrowError) -> [Result] {
    var results: [Result] = []
    for element in elements { results.append(try transform(element)) }
    return results
  }
}

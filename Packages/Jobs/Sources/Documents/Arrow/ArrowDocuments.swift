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
    var columns: ArrowColumns?
    var documents: [TemplateDictionary] = []
    while let message = try messages.next() {
      switch message.kind {
      case .schema:
        guard columns == nil else { throw ArrowError(.repeated("the schema")) }
        columns = ArrowColumns(try ArrowField.all(of: message.header), budget)
      case .recordBatch:
        guard let columns else { throw ArrowError(.missing("schema", purpose: "which explains the rows")) }
        documents += try columns.documents(message)
      case .dictionaryBatch:
        guard columns != nil else {
          throw ArrowError(.missing("schema", purpose: "which explains the dictionaries"))
        }
        try columns?.readDictionary(message)
      }
    }
    guard columns != nil else { throw ArrowError(.missing("schema", purpose: "so this is no Arrow file")) }
    return documents
  }
}

/// The columns of a file, and the dictionaries that have been read for them.
private struct ArrowColumns {
  private let fields: [ArrowField]
  /// The columns of the dictionaries' values, by number.
  private var encoded: [Int: ArrowField] = [:]
  private var dictionaries: [Int: [TemplateValue]] = [:]
  private let budget: ArrowBudget

  init(_ fields: [ArrowField], _ budget: ArrowBudget) {
    (self.fields, self.budget) = (fields, budget)
    for field in fields { field.collectDictionaries(into: &encoded) }
  }

  func documents(_ message: ArrowMessages.Message) throws(ArrowError) -> [TemplateDictionary] {
    var batch = try ArrowBatch(message.header, message.body, dictionaries, budget)
    let columns = try ArrowError.map(fields) { field throws(ArrowError) in try batch.values(of: field) }
    return (0..<batch.count).map { row in
      var document = TemplateDictionary()
      for (field, column) in zip(fields, columns) { document[field.name] = column[row] }
      return document
    }
  }

  /// Values that take the place of those of a dictionary, or follow them.
  mutating func readDictionary(_ message: ArrowMessages.Message) throws(ArrowError) {
    let id = Int(try message.header.number(0, or: Int64(0)))
    guard let field = encoded[id], let rows = try message.header.table(1) else {
      throw ArrowError(.value("dictionary", expected: "values of a column", found: "number \(id)"))
    }
    var batch = try ArrowBatch(rows, message.body, dictionaries, budget)
    let values = try batch.values(of: field)
    let isDelta = try message.header.number(2, or: UInt8(0)) != 0
    dictionaries[id] = isDelta ? dictionaries[id, default: []] + values : values
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

  static func map<Element, Result>(
    _ elements: some Sequence<Element>, _ transform: (Element) throws(ArrowError) -> Result
  ) throws(ArrowError) -> [Result] {
    var results: [Result] = []
    for element in elements { results.append(try transform(element)) }
    return results
  }
}

/// Dictionaries of the same keys, kept by columns, as files of columns hold them.
///
///     let table = TemplateTable([("question", questions), ("answer", answers)], rowCount: questions.count)
///     table[0]["answer"]
///
/// A row takes no storage of its own until it is changed. The columns live as long as one of their rows.
public final class TemplateTable: Sendable {
  public let rowCount: Int
  let positions: [TemplateValue: Int]
  let keys: [TemplateValue]
  private let columns: [[TemplateValue]]

  /// - Precondition: Each column has `rowCount` values, and no name stands twice.
  public init(_ columns: [(name: String, values: [TemplateValue])], rowCount: Int) {
    for column in columns {
      precondition(column.values.count == rowCount, "\(column.values.count) values for \(rowCount) rows")
    }
    self.rowCount = rowCount
    self.columns = columns.map(\.values)
    keys = columns.map { .string($0.name) }
    positions = Dictionary(uniqueKeysWithValues: zip(keys, 0...))
  }

  /// The row at a place, its keys in the order of the columns.
  ///
  /// - Precondition: `row` is in `0 ..< rowCount`.
  public subscript(row: Int) -> TemplateDictionary {
    precondition((0..<rowCount).contains(row), "row \(row) of \(rowCount)")
    return TemplateDictionary(row: row, of: self)
  }

  func value(row: Int, column: Int) -> TemplateValue { columns[column][row] }

  func values(row: Int) -> [TemplateValue] { columns.map { $0[row] } }
}

import Foundation
import SwiftCSV
import Templating

/// Documents as rows of separated values beneath a header.
///
/// A column of whole numbers, numbers, or truth values is read as that, and an empty cell of it is null, as the
/// `datasets` library does.
enum SeparatedDocuments {
  static func read(_ bytes: Data, file: String, separator: Character) throws(TaskError)
    -> [TemplateDictionary]
  {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .badData("'\(file)' is not UTF-8")
    }
    let table: EnumeratedCSV
    do { table = try EnumeratedCSV(string: text, delimiter: .character(separator), loadColumns: false) } catch
    {
      throw .badData("'\(file)': no table of separated values: \(error)")
    }
    for (index, row) in table.rows.enumerated() where row.count != table.header.count {
      throw .badData(
        "'\(file)', row \(index + 1): \(row.count) cells under \(table.header.count) names of columns")
    }
    let columns = table.header.indices.map { column in values(table.rows.map { $0[column] }) }
    return table.rows.indices.map { row in
      var document = TemplateDictionary()
      for (column, name) in table.header.enumerated() { document[name] = columns[column][row] }
      return document
    }
  }

  private static func values(_ cells: [String]) -> [TemplateValue] {
    let filled = cells.filter { !$0.isEmpty }
    func all(_ read: (String) -> TemplateValue?) -> [TemplateValue]? {
      filled.isEmpty || filled.contains { read($0) == nil }
        ? nil : cells.map { $0.isEmpty ? .null : read($0) ?? .null }
    }
    return all { Int($0).map(TemplateValue.integer) }
      ?? all { Double($0).map(TemplateValue.float) }
      ?? all { ["True": true, "False": false][$0].map(TemplateValue.boolean) }
      ?? cells.map { $0.isEmpty ? .null : .string($0) }
  }
}

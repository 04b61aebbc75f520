import Basics
public import Templating

/// Documents as rows of separated values beneath a header.
///
/// A column of whole numbers, numbers, or truth values is read as that, and an empty cell of it is null, as the
/// `datasets` library does by way of pandas: `NA` and what else stands for a missing value is null in every column, and
/// whole numbers beside a missing one are floats. Whole numbers of more than 64 bits stay the texts that they are. Of two
/// columns of one name the second is `name.1`, as pandas calls it.
public enum SeparatedDocuments {
  /// Where the names of the columns come from.
  public enum Header: Sendable, Equatable {
    /// The first row.
    case firstRow
    /// A list beside the file, with the first row among the rows or in place of its names.
    case names([String], dropsFirstRow: Bool)
    /// Their numbers, from `0` on.
    case numbers
  }

  /// - Parameter separator: An ASCII byte.
  /// - Throws: ``DocumentError`` naming the line of a row that is not one.
  public static func read(
    _ lines: ByteLines, separator: UInt8, header: Header = .firstRow
  ) throws(DocumentError) -> [TemplateDictionary] {
    var records = SeparatedRecords(lines, separator: separator, takesTextAfterQuote: true)
    guard let first = try records.next() else { throw DocumentError(.noHeader, path: lines.path) }
    let (start, columnNames) = try names(first, header, lines.path, at: records.firstLine)
    var rows = start
    while let row = try records.next() {
      guard row.count == columnNames.count else {
        throw DocumentError(
          .cells(found: row.count, expected: columnNames.count, row: rows.count + 1), path: lines.path,
          at: .line(records.firstLine))
      }
      rows.append(row)
    }
    let names = distinct(columnNames)
    let columns = columnNames.indices.map { column in values(rows.map { $0[column] }) }
    return rows.indices.map { row in
      var document = TemplateDictionary()
      for (column, name) in names.enumerated() { document[name] = columns[column][row] }
      return document
    }
  }

  /// The names of the columns, and the first row where it is one of the rows.
  private static func names(
    _ first: [String], _ header: Header, _ path: String, at line: Int
  ) throws(DocumentError) -> (rows: [[String]], names: [String]) {
    switch header {
    case .firstRow: return ([], first)
    case .numbers: return ([first], first.indices.map { "\($0)" })
    case .names(let names, let dropsFirstRow):
      guard first.count == names.count else {
        throw DocumentError(
          .cells(found: first.count, expected: names.count, row: 1), path: path, at: .line(line))
      }
      return (dropsFirstRow ? [] : [first], names)
    }
  }

  private static func distinct(_ header: [String]) -> [String] {
    var counts: [String: Int] = [:]
    return header.enumerated().map { index, name in
      let name = name.isEmpty ? "Unnamed: \(index)" : name
      let count = counts[name, default: 0]
      counts[name] = count + 1
      return count == 0 ? name : "\(name).\(count)"
    }
  }

  private static func values(_ cells: [String]) -> [TemplateValue] {
    let filled = cells.filter { !missing.contains($0) }
    func all(_ read: (String) -> TemplateValue?) -> [TemplateValue]? {
      filled.isEmpty || filled.contains { read($0) == nil }
        ? nil : cells.map { missing.contains($0) ? .null : read($0) ?? .null }
    }
    let texts = { cells.map { missing.contains($0) ? TemplateValue.null : .string($0) } }
    if filled.count == cells.count,
      let integers = all({ Int(PythonText.trimmed($0)).map(TemplateValue.integer) })
    {
      return integers
    }
    // A float would be another number.
    if filled.contains(where: isLongInteger) { return texts() }
    return all { number(PythonText.trimmed($0)).map(TemplateValue.float) }
      ?? all { truths[$0].map(TemplateValue.boolean) }
      ?? texts()
  }

  /// Cells that are no value, whatever the column holds.
  ///
  /// - Source: pandas 3.1, `pandas._libs.parsers.STR_NA_VALUES`.
  private static let missing: Set<String> = [
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A",
    "NA",
    "NULL", "NaN", "None", "n/a", "nan", "null",
  ]

  private static let truths = [
    "True": true, "TRUE": true, "true": true, "False": false, "FALSE": false, "false": false,
  ]

  private static func isLongInteger(_ text: String) -> Bool {
    let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : Substring(text)
    return digits.utf8.count > 18 && digits.utf8.allSatisfy { (48...57).contains($0) } && Int(text) == nil
  }

  /// A decimal number; hexadecimal ones are texts.
  private static func number(_ text: String) -> Double? {
    text.utf8.contains { $0 == UInt8(ascii: "x") || $0 == UInt8(ascii: "X") } ? nil : Double(whole: text)
  }
}

internal import Basics
import Templating

/// Puts the entries of columns together: lists from repetition levels, nulls from definition levels.
struct RowAssembly {
  let columns: [ColumnEntries]

  /// The values of a node, one for each element of the list that is next above it, or for each row.
  ///
  /// - Parameter element: The definition level from which on there is such an element.
  func values(of node: SchemaNode, element: Int = 0) throws(ParquetError) -> [TemplateValue] {
    switch node.kind {
    case .leaf(let leaf): try values(of: leaf, element)
    case .record(let fields): try records(node, fields, element)
    case .list(let inner, let definition):
      try lists(node, try values(of: inner, element: definition), definition, element)
    case .map(let key, let value, let definition):
      try lists(node, try pairs(key, value, definition), definition, element)
    }
  }

  private func values(of leaf: SchemaNode.Leaf, _ element: Int) throws(ParquetError) -> [TemplateValue] {
    let column = columns[leaf.column]
    if column.values.count == column.definitions.count { return column.values }
    var (values, place) = ([TemplateValue](), 0)
    values.reserveCapacity(column.definitions.count)
    for definition in column.definitions where Int(definition) >= element {
      if Int(definition) == leaf.definition {
        values.append(column.values[place])
        place += 1
      } else {
        values.append(.null)
      }
    }
    return values
  }

  private func records(
    _ node: SchemaNode, _ fields: [SchemaNode], _ element: Int
  ) throws(ParquetError) -> [TemplateValue] {
    let columns = try columns(of: fields, element)
    let levels = self.columns[node.firstColumn]
    let table = TemplateTable(
      zip(fields, columns).map { ($0.name, $1) }, rowCount: columns[0].count)
    var records: [TemplateValue] = []
    for (repetition, definition) in zip(levels.repetitions, levels.definitions)
    where Int(repetition) <= node.repetition && Int(definition) >= element {
      let row = records.count
      guard row < table.rowCount else { throw unequal(node) }
      let isPresent = Int(definition) >= node.definition
      records.append(isPresent ? .dictionary(table[row]) : .null)
    }
    guard records.count == table.rowCount else { throw unequal(node) }
    return records
  }

  /// The values of the fields of one record, which are equally many.
  private func columns(of fields: [SchemaNode], _ element: Int) throws(ParquetError) -> [[TemplateValue]] {
    var columns: [[TemplateValue]] = []
    for field in fields {
      columns.append(try values(of: field, element: element))
      guard columns.last?.count == columns[0].count else { throw unequal(field) }
    }
    return columns
  }

  private func pairs(
    _ key: SchemaNode, _ value: SchemaNode?, _ definition: Int
  ) throws(ParquetError) -> [TemplateValue] {
    let columns = try columns(of: [key] + (value.map { [$0] } ?? []), definition)
    return columns[0].indices.map { .tuple([columns[0][$0], columns.count > 1 ? columns[1][$0] : .null]) }
  }

  /// Cuts the elements of all lists into lists.
  private func lists(
    _ node: SchemaNode, _ elements: [TemplateValue], _ definition: Int, _ outer: Int
  ) throws(ParquetError) -> [TemplateValue] {
    let levels = columns[node.firstColumn]
    var (lists, start, place) = ([TemplateValue](), 0, 0)
    var isOpen = false
    func close() {
      if isOpen { lists.append(.list(Array(elements[start..<place]))) }
      (start, isOpen) = (place, false)
    }
    for (repetition, level) in zip(levels.repetitions, levels.definitions) where Int(level) >= outer {
      if Int(repetition) <= node.repetition {
        close()
        isOpen = Int(level) >= node.definition
        if !isOpen { lists.append(.null) }
      } else if Int(repetition) > node.repetition + 1 || !isOpen || Int(level) < definition {
        // An element of a list further down; or of none.
        guard isOpen, Int(level) >= definition else { throw unequal(node) }
        continue
      }
      if Int(level) >= definition {
        guard place < elements.count else { throw unequal(node) }
        place += 1
      }
    }
    close()
    guard place == elements.count else { throw unequal(node) }
    return lists
  }

  private func unequal(_ node: SchemaNode) -> ParquetError {
    .violation(.value("'\(node.name)'", expected: "parts of one length"))
  }
}

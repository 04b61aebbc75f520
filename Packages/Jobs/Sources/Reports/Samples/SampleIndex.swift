import Basics
import Evaluations

/// The columns of a table of samples as blocks, by which a page lists, filters and sorts.
struct SampleIndex {
  let blocks: [DataBlock]
  /// What the page has to know of the table before it decodes a block.
  let manifest: JSONValue
  private static let rowsPerSlice = 4096

  init(_ table: SampleTable) {
    let starts = Array(stride(from: 0, to: table.rows.count, by: Self.rowsPerSlice))
    blocks = starts.enumerated().map { slice, start in
      let range = start..<min(start + Self.rowsPerSlice, table.rows.count)
      return DataBlock("i\(table.index).\(slice)", Self.json(table, range))
    }
    manifest = .object([
      ("name", .text(table.name)), ("slices", .integer(starts.count)),
      ("chunks", .list(table.columns.map { $0.map { .list($0.chunks.map(JSONValue.integer)) } ?? .null })),
    ])
  }

  private static func json(_ table: SampleTable, _ range: Range<Int>) -> JSONValue {
    let rows = table.rows[range]
    var pairs: [(String, JSONValue)] = [
      ("document", .list(rows.map { .integer($0.document) })), ("text", .list(rows.map { .text($0.text) })),
    ]
    if rows.contains(where: { $0.repetition > 0 }) {
      pairs.append(("repetition", .list(rows.map { .integer($0.repetition) })))
    }
    pairs.append(("runs", .list(table.columns.map { $0.map { json($0, range) } ?? .null })))
    return .object(pairs)
  }

  private static func json(_ column: SampleTable.Column, _ range: Range<Int>) -> JSONValue {
    let cells = column.cells[range]
    func list(_ value: (SampleCell) -> JSONValue) -> JSONValue { .list(cells.map { $0.map(value) ?? .null }) }
    return .object([
      ("state", .text(cells.map { state(of: $0, column) }.joined())),
      ("line", list { .integer($0.line) }), ("score", list { .number($0.score) }),
      ("margin", list { $0.choice?.margin.map { .number(($0 * 1e4).rounded() / 1e4) } ?? .null }),
      ("tokens", list { .integer($0.tokens) }),
    ])
  }

  /// A character: what holds of the sample as bits above `0`; `/` where there is none.
  private static func state(of cell: SampleCell?, _ column: SampleTable.Column) -> String {
    guard let cell else { return "/" }
    let isRight = column.isRight(cell)
    let facts = [
      isRight == true, isRight == false, cell.counts.truncated > 0, cell.counts.tied > 0,
      cell.counts.merged > 0,
    ]
    let bits = facts.enumerated().reduce(0) { $1.element ? $0 | 1 << $1.offset : $0 }
    return String(UnicodeScalar(UInt8(48 + bits)))
  }
}

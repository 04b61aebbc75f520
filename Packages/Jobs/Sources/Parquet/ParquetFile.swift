internal import Basics
public import Foundation
public import Templating

/// A Parquet file, as pyarrow, polars, DuckDB, Spark and the Hub write them.
///
///     let rows = try ParquetFile(bytes).rows(limit: 100)
///
/// Plain, dictionary, run-length, delta and byte-stream-split encodings are read, pages of both versions, and what is compressed
/// with Snappy, gzip, Brotli, Zstandard and LZ4. Dates, times, decimals, UUIDs and bytes become the texts that Python makes of
/// them, maps become lists of pairs, and whole numbers of more than 63 bits their digits.
///
/// - Source: *Apache Parquet* 2.11.
public struct ParquetFile: Sendable {
  /// How many rows there are.
  public let rowCount: Int
  /// The names of the columns.
  public let columns: [String]

  private let bytes: Data
  private let metadata: FileMetadata
  private let schema: SchemaTree

  /// Reads the footer.
  ///
  /// - Throws: ``ParquetError`` for bytes that are no Parquet file.
  public init(_ bytes: Data) throws(ParquetError) {
    self.bytes = bytes
    metadata = try FileMetadata(bytes)
    schema = try SchemaTree(metadata.schema)
    rowCount = metadata.rowCount
    columns = schema.columns.map(\.name)
  }

  /// The rows in their order.
  ///
  /// - Parameter limit: How many are wanted at most; of what lies behind them nothing is read.
  /// - Throws: ``ParquetError`` naming the column that is damaged or holds what is not read.
  public func rows(limit: Int? = nil) throws(ParquetError) -> [TemplateDictionary] {
    let budget = ParquetBudget(fileSize: bytes.count)
    let count = min(rowCount, max(limit ?? rowCount, 0))
    try budget.take(values: count)
    var rows: [TemplateDictionary] = []
    rows.reserveCapacity(min(count, ParquetBudget.mostReserved))
    for group in metadata.rowGroups {
      let wanted = min(group.rowCount, count - rows.count)
      if wanted > 0 { try append(wanted, of: group, to: &rows, budget) }
    }
    return rows
  }

  private func append(
    _ count: Int, of group: FileMetadata.RowGroup, to rows: inout [TemplateDictionary],
    _ budget: ParquetBudget
  ) throws(ParquetError) {
    guard group.chunks.count == schema.leaves.count else {
      throw .violation(
        .value(
          "columns of a row group", expected: "\(schema.leaves.count), as in the schema",
          found: "\(group.chunks.count)"))
    }
    var entries: [ColumnEntries] = []
    for (leaf, chunk) in zip(schema.leaves, group.chunks) {
      do throws(ParquetError) {
        var reader = try ColumnReader(bytes, leaf, chunk, end: metadata.start, budget)
        entries.append(try reader.entries(rows: count))
      } catch { throw error.within(leaf.path) }
    }
    try append(count, RowAssembly(columns: entries), to: &rows)
  }

  private func append(
    _ count: Int, _ assembly: RowAssembly, to rows: inout [TemplateDictionary]
  ) throws(ParquetError) {
    var columns: [(name: String, values: [TemplateValue])] = []
    for column in schema.columns {
      let values = try assembly.values(of: column)
      guard values.count == count else {
        throw ParquetError(
          .violation(.value("values", expected: "\(count)", found: "\(values.count)")), column: column.name)
      }
      columns.append((column.name, values))
    }
    let table = TemplateTable(columns, rowCount: count)
    for row in 0..<count { rows.append(table[row]) }
  }
}

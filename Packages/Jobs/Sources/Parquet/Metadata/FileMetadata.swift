internal import Basics
import Foundation

/// The footer of a file: its schema and where its columns lie.
struct FileMetadata: Sendable {
  struct RowGroup: Sendable {
    var chunks: [ColumnChunk] = []
    var rowCount = 0
  }

  /// Where the values of one column of one row group lie.
  struct ColumnChunk: Sendable {
    var codec = 0
    var valueCount = 0
    var dataOffset = 0
    var dictionaryOffset: Int?
    var isEncrypted = false
    /// Another file that holds the values.
    var file: String?

    /// Where its first page begins.
    var start: Int {
      guard let dictionaryOffset, dictionaryOffset > 0 else { return dataOffset }
      return min(dictionaryOffset, dataOffset)
    }
  }

  private(set) var schema: [SchemaElement] = []
  private(set) var rowGroups: [RowGroup] = []
  private(set) var rowCount = 0
  /// Where the footer begins; no page lies beyond.
  let start: Int

  private static let magic = Data("PAR1".utf8)

  /// Reads the footer at the end of a file.
  init(_ file: Data) throws(ParquetError) {
    let ending = file.suffix(4)
    guard ending != Data("PARE".utf8) else { throw ParquetError(.encrypted) }
    guard file.count >= 12, file.prefix(4) == Self.magic, ending == Self.magic else {
      throw ParquetError(.noParquet)
    }
    let length = file.suffix(8).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= file.count - 12 else { throw .truncated("the file") }
    start = file.count - 8 - length
    var reader = ThriftReader(Array(file.dropFirst(start).prefix(length)))
    try reader.structure { (reader, field) throws(ParquetError) in
      switch field.id {
      case 2:
        try reader.structures(of: field) { (reader) throws(ParquetError) in
          schema.append(try SchemaElement(&reader))
        }
      case 3: rowCount = try reader.integer(of: field)
      case 4:
        try reader.structures(of: field) { (reader) throws(ParquetError) in
          rowGroups.append(try Self.rowGroup(&reader))
        }
      default: try reader.skip(field)
      }
    }
    try check()
  }

  private func check() throws(ParquetError) {
    var sum = 0
    for group in rowGroups {
      let (next, overflows) = sum.addingReportingOverflow(group.rowCount)
      guard group.rowCount >= 0, !overflows else {
        throw .violation(
          .value("rows of a row group", expected: "0 to \(Int.max) in all", found: "\(group.rowCount)"))
      }
      sum = next
    }
    guard sum == rowCount else {
      throw .violation(
        .value("rows by the footer", expected: "\(sum), as in its row groups", found: "\(rowCount)"))
    }
  }

  private static func rowGroup(_ reader: inout ThriftReader) throws(ParquetError) -> RowGroup {
    var group = RowGroup()
    try reader.structure { (reader, field) throws(ParquetError) in
      switch field.id {
      case 1:
        try reader.structures(of: field) { (reader) throws(ParquetError) in
          group.chunks.append(try columnChunk(&reader))
        }
      case 3: group.rowCount = try reader.integer(of: field)
      default: try reader.skip(field)
      }
    }
    return group
  }

  private static func columnChunk(_ reader: inout ThriftReader) throws(ParquetError) -> ColumnChunk {
    var chunk = ColumnChunk()
    try reader.structure { (reader, field) throws(ParquetError) in
      switch field.id {
      case 1: chunk.file = try reader.text(of: field)
      case 3:
        try reader.structure(of: field) { (reader, member) throws(ParquetError) in
          switch member.id {
          case 4: chunk.codec = try reader.integer(of: member)
          case 5: chunk.valueCount = try reader.integer(of: member)
          case 9: chunk.dataOffset = try reader.integer(of: member)
          case 11: chunk.dictionaryOffset = try reader.integer(of: member)
          default: try reader.skip(member)
          }
        }
      case 8:
        chunk.isEncrypted = true
        try reader.skip(field)
      default: try reader.skip(field)
      }
    }
    return chunk
  }
}

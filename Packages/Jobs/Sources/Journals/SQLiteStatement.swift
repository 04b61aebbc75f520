import CSQLite

/// A compiled statement, which goes before its connection does.
struct SQLiteStatement: ~Copyable {
  private let handle: OpaquePointer
  private let connection: OpaquePointer

  init(_ handle: OpaquePointer, of connection: OpaquePointer) {
    self.handle = handle
    self.connection = connection
  }

  deinit { sqlite3_finalize(handle) }

  /// Begins anew with these values for the statement's `?`.
  func bind(_ values: [SQLiteValue]) throws(SQLiteError) {
    sqlite3_reset(handle)
    for (index, value) in zip(Int32(1)..., values) {
      let status = bind(value, at: index)
      guard status == SQLITE_OK else { throw SQLiteError(status, connection) }
    }
  }

  private func bind(_ value: SQLiteValue, at index: Int32) -> Int32 {
    switch value {
    case .null: sqlite3_bind_null(handle, index)
    case .integer(let integer): sqlite3_bind_int64(handle, index, Int64(integer))
    case .real(let real): sqlite3_bind_double(handle, index, real)
    case .text(let text): assay_bind_copied_text(handle, index, text)
    case .blob(let bytes): assay_bind_copied_blob(handle, index, bytes, Int32(bytes.count))
    }
  }

  /// The next row, or nil after the last one.
  func next() throws(SQLiteError) -> [SQLiteValue]? {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return (0..<sqlite3_column_count(handle)).map { column($0) }
    case SQLITE_DONE: return nil
    case let status: throw SQLiteError(status, connection)
    }
  }

  private func column(_ index: Int32) -> SQLiteValue {
    switch sqlite3_column_type(handle, index) {
    case SQLITE_INTEGER: .integer(Int(sqlite3_column_int64(handle, index)))
    case SQLITE_FLOAT: .real(sqlite3_column_double(handle, index))
    case SQLITE_TEXT: .text(String(cString: sqlite3_column_text(handle, index)))
    case SQLITE_BLOB:
      .blob(
        [UInt8](
          UnsafeRawBufferPointer(
            start: sqlite3_column_blob(handle, index), count: Int(sqlite3_column_bytes(handle, index)))))
    default: .null
    }
  }
}

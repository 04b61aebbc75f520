import CSQLite

/// A connection to one SQLite file, which is closed with it. One thread uses it at a time.
struct SQLiteConnection: ~Copyable {
  private let handle: OpaquePointer

  /// Opens the file, which is made where it does not exist.
  ///
  /// - Parameter patience: Seconds to wait for another process that holds the file.
  init(path: String, patience: Double) throws(SQLiteError) {
    var opened: OpaquePointer?
    let status = sqlite3_open_v2(
      path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nil)
    guard status == SQLITE_OK, let opened else {
      let error = SQLiteError(status, opened)
      sqlite3_close_v2(opened)
      throw error
    }
    handle = opened
    sqlite3_busy_timeout(handle, Int32(clamping: Int((patience * 1000).rounded())))
  }

  deinit { sqlite3_close_v2(handle) }

  /// Runs statements that are separated by `;`, and ignores the rows that they return.
  func execute(_ sql: String) throws(SQLiteError) {
    let status = sqlite3_exec(handle, sql, nil, nil, nil)
    guard status == SQLITE_OK else { throw SQLiteError(status, handle) }
  }

  func prepare(_ sql: String) throws(SQLiteError) -> SQLiteStatement {
    var prepared: OpaquePointer?
    let status = sqlite3_prepare_v2(handle, sql, -1, &prepared, nil)
    guard status == SQLITE_OK, let prepared else { throw SQLiteError(status, handle) }
    return SQLiteStatement(prepared, of: handle)
  }

  /// All rows of one statement.
  func rows(_ sql: String, _ values: SQLiteValue...) throws(SQLiteError) -> [[SQLiteValue]] {
    let statement = try prepare(sql)
    try statement.bind(values)
    var rows: [[SQLiteValue]] = []
    while let row = try statement.next() { rows.append(row) }
    return rows
  }

  /// Runs `body` in a transaction: all of what it writes is kept, or none where it throws.
  func transaction(_ body: () throws -> Void) throws {
    try execute("BEGIN IMMEDIATE")
    do {
      try body()
      try execute("COMMIT")
    } catch {
      // SQLite itself rolls back after some errors, and refuses a second time.
      if sqlite3_get_autocommit(handle) == 0 { try? execute("ROLLBACK") }
      throw error
    }
  }
}

/// A value as it lies in a column.
enum SQLiteValue: Equatable {
  case null
  case integer(Int)
  case real(Double)
  case text(String)
  case blob([UInt8])

  var text: String? { if case .text(let text) = self { text } else { nil } }
  var integer: Int? { if case .integer(let integer) = self { integer } else { nil } }
}

/// What SQLite reports, with its own sentence.
struct SQLiteError: Error {
  /// The primary result code, such as `SQLITE_BUSY`.
  let code: Int32
  let message: String

  init(_ status: Int32, _ handle: OpaquePointer?) {
    code = status & 0xFF
    message = String(cString: handle.map { sqlite3_errmsg($0) } ?? sqlite3_errstr(status))
  }
}

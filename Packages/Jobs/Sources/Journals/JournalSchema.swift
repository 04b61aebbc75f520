import Foundation
import GRDB

/// The tables of a journal, and how those of an earlier version become them.
///
///     answers(request, answer, checksum)    a response under the SHA-256 of identity and request
///     identities(numerics, tokenizer)       what wrote them: the keys alone do not show it
///
/// `PRAGMA user_version` is the format: 0 where format 1 was written, which had neither checksums nor identities.
enum JournalSchema {
  static let version = 2

  /// Makes what is missing, and notes the identity.
  static func prepare(_ database: Database, for identity: JournalIdentity) throws {
    try database.execute(
      sql: """
        CREATE TABLE IF NOT EXISTS answers
          (request BLOB PRIMARY KEY, answer BLOB NOT NULL, checksum BLOB) WITHOUT ROWID
        """)
    if try !columns(of: "answers", database).contains("checksum") {
      try database.execute(sql: "ALTER TABLE answers ADD COLUMN checksum BLOB")
    }
    try database.execute(
      sql: """
        CREATE TABLE IF NOT EXISTS identities
          (numerics TEXT NOT NULL, tokenizer TEXT NOT NULL, PRIMARY KEY (numerics, tokenizer)) WITHOUT ROWID
        """)
    try database.execute(
      sql: "INSERT OR IGNORE INTO identities (numerics, tokenizer) VALUES (?, ?)",
      arguments: [identity.numerics, identity.tokenizer])
    try database.execute(sql: "PRAGMA user_version = \(version)")
  }

  /// Refuses a database of something else, or of a later format, before anything is written to it.
  static func check(_ database: Database, _ path: String) throws {
    let format = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    let tables = try String.fetchAll(
      database,
      sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    let hasAnswers =
      try tables.contains("answers")
      && columns(of: "answers", database).isSuperset(of: ["request", "answer"])
    guard tables.isEmpty || hasAnswers else { throw JournalError(path, .otherDatabase(tables: tables)) }
    guard format <= version else { throw JournalError(path, .newerFormat(found: format, known: version)) }
  }

  private static func columns(of table: String, _ database: Database) throws -> Set<String> {
    Set(try String.fetchAll(database, sql: "SELECT name FROM pragma_table_info(?)", arguments: [table]))
  }
}

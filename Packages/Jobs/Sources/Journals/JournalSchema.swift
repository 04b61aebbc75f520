/// The tables of a journal, and how those of an earlier version become them.
///
///     answers(request, answer, checksum)    a response under the SHA-256 of identity and request
///     identities(numerics, tokenizer)       what wrote them: the keys alone do not show it
///
/// `PRAGMA user_version` is the format: 0 where format 1 was written, which had neither checksums nor identities.
enum JournalSchema {
  static let version = 2

  /// Makes what is missing, and notes the identity.
  static func prepare(_ connection: borrowing SQLiteConnection, for identity: JournalIdentity) throws {
    try connection.execute(
      """
      CREATE TABLE IF NOT EXISTS answers
        (request BLOB PRIMARY KEY, answer BLOB NOT NULL, checksum BLOB) WITHOUT ROWID
      """)
    if try !columns(of: "answers", connection).contains("checksum") {
      try connection.execute("ALTER TABLE answers ADD COLUMN checksum BLOB")
    }
    try connection.execute(
      """
      CREATE TABLE IF NOT EXISTS identities
        (numerics TEXT NOT NULL, tokenizer TEXT NOT NULL, PRIMARY KEY (numerics, tokenizer)) WITHOUT ROWID
      """)
    _ = try connection.rows(
      "INSERT OR IGNORE INTO identities (numerics, tokenizer) VALUES (?, ?)",
      .text(identity.numerics), .text(identity.tokenizer))
    try connection.execute("PRAGMA user_version = \(version)")
  }

  /// Refuses a database of something else, or of a later format, before anything is written to it.
  static func check(_ connection: borrowing SQLiteConnection, _ path: String) throws {
    let format = try connection.rows("PRAGMA user_version").first?.first?.integer ?? 0
    let tables = try connection.rows(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ).compactMap(\.first?.text)
    let hasAnswers =
      try tables.contains("answers")
      && columns(of: "answers", connection).isSuperset(of: ["request", "answer"])
    guard tables.isEmpty || hasAnswers else { throw JournalError(path, .otherDatabase(tables: tables)) }
    guard format <= version else { throw JournalError(path, .newerFormat(found: format, known: version)) }
  }

  private static func columns(of table: String, _ connection: borrowing SQLiteConnection) throws -> Set<
    String
  > {
    Set(try connection.rows("SELECT name FROM pragma_table_info(?)", .text(table)).compactMap(\.first?.text))
  }
}

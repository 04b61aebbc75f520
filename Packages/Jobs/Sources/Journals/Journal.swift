public import Evaluations
import Foundation
import Synchronization

/// Responses of one model, recorded as they are computed, so that nothing finished is lost or computed twice.
///
/// One SQLite file for a model's weights in one compute mode. Each ``record(_:)`` is one transaction. The write-ahead
/// log is used with an exclusive lock, without shared memory, so that the file may lie on a network file system; a
/// second process waits until the first one is done.
///
/// Each response has a checksum. One that does not fit, or that an earlier version recorded without, is never used: it is
/// counted in a ``JournalNotice``, and its request counts as unanswered.
public final class Journal: Sendable {
  private let connection: Mutex<SQLiteConnection>
  private let path: String
  private let identity: JournalIdentity
  private let notify: @Sendable (JournalNotice) -> Void

  /// Opens the journal, which is made with its folder where it does not exist.
  ///
  /// - Parameters:
  ///   - identity: What responses depend on beside weights and mode; those of other identities are not seen.
  ///   - patience: Seconds to wait for another process.
  ///   - notify: Receives what is found and not used; a line on standard error unless given.
  /// - Throws: ``JournalError``. A file that is no journal is left as it is.
  public init(
    path: String, identity: JournalIdentity, patience: Double = 30,
    notify: @escaping @Sendable (JournalNotice) -> Void = JournalNotice.printToStandardError
  ) throws(JournalError) {
    self.path = path
    self.identity = identity
    self.notify = notify
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    connection = try JournalError.rethrowing(path) {
      try JournalError.makingFolder(of: path) {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      }
      return Mutex(try Self.connect(path, for: identity, patience: patience))
    }
  }

  private static func connect(
    _ path: String, for identity: JournalIdentity, patience: Double
  ) throws -> SQLiteConnection {
    let connection = try SQLiteConnection(path: path, patience: patience)
    try connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    try JournalSchema.check(connection, path)
    try connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
    try connection.transaction { try JournalSchema.prepare(connection, for: identity) }
    return connection
  }

  /// The responses that are kept, by index of the request.
  ///
  /// - Throws: ``JournalError`` for a file that cannot be read.
  public func responses(to requests: [Request]) throws(JournalError) -> [Int: Response] {
    var found: [Int: Response] = [:]
    var notice = JournalNotice(path: path)
    try JournalError.rethrowing(path) {
      try connection.withLock { connection in
        let statement = try connection.prepare("SELECT answer, checksum FROM answers WHERE request = ?")
        for (index, request) in requests.enumerated() {
          let key = identity.key(of: request)
          try statement.bind([.blob(key)])
          guard let row = try statement.next() else { continue }
          switch JournalRow(key: key, response: row[0], checksum: row[1]).response(to: request) {
          case .sound(let response): found[index] = response
          case .damaged: notice.damaged += 1
          case .withoutChecksum: notice.withoutChecksum += 1
          }
        }
      }
    }
    if !notice.isEmpty { notify(notice) }
    return found
  }

  /// Keeps responses: all of them, or none where this throws.
  public func record(_ responses: [(request: Request, response: Response)]) throws(JournalError) {
    guard !responses.isEmpty else { return }
    try JournalError.rethrowing(path) {
      try Journal.betweenTransactions {
        try connection.withLock { connection in
          try connection.transaction {
            let statement = try connection.prepare(
              "INSERT OR REPLACE INTO answers (request, answer, checksum) VALUES (?, ?, ?)")
            for (request, response) in responses {
              let (key, bytes) = (identity.key(of: request), response.bytes)
              try statement.bind([
                .blob(key), .blob(bytes), .blob(JournalRow.checksum(of: bytes, for: key)),
              ])
              _ = try statement.next()
            }
          }
        }
      }
    }
  }

  /// Runs `body` while no journal of this process has a transaction open, before the process is ended.
  public static func betweenTransactions<Result>(_ body: () throws -> Result) rethrows -> Result {
    try transaction.withLock { _ in try body() }
  }

  private static let transaction = Mutex(())

  /// How many responses are kept, of all identities, sound or not.
  public var count: Int {
    get throws(JournalError) {
      try JournalError.rethrowing(path) {
        try connection.withLock { try $0.rows("SELECT COUNT(*) FROM answers")[0][0].integer ?? 0 }
      }
    }
  }
}

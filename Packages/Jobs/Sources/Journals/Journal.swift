public import Evaluations
import Foundation
import GRDB
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
  private let database: DatabaseQueue
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
    var settings = Configuration()
    settings.busyMode = .timeout(patience)
    settings.prepareDatabase { database in
      try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
      try JournalSchema.check(database, path)
      try database.execute(sql: "PRAGMA journal_mode = WAL")
      try database.execute(sql: "PRAGMA synchronous = NORMAL")
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    database = try JournalError.rethrowing(path) {
      try JournalError.makingFolder(of: path) {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      }
      let database = try DatabaseQueue(path: path, configuration: settings)
      try database.write { try JournalSchema.prepare($0, for: identity) }
      return database
    }
  }

  /// The responses that are kept, by index of the request.
  ///
  /// - Throws: ``JournalError`` for a file that cannot be read.
  public func responses(to requests: [Request]) throws(JournalError) -> [Int: Response] {
    var found: [Int: Response] = [:]
    var notice = JournalNotice(path: path)
    try JournalError.rethrowing(path) {
      try database.read { database in
        let statement = try database.makeStatement(
          sql: "SELECT answer, checksum FROM answers WHERE request = ?")
        for (index, request) in requests.enumerated() {
          let key = identity.key(of: request)
          guard let row = try Row.fetchOne(statement, arguments: [key]) else { continue }
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
        try database.write { database in
          let statement = try database.makeStatement(
            sql: "INSERT OR REPLACE INTO answers (request, answer, checksum) VALUES (?, ?, ?)")
          for (request, response) in responses {
            let (key, bytes) = (identity.key(of: request), Data(response.bytes))
            try statement.execute(arguments: [key, bytes, JournalRow.checksum(of: bytes, for: key)])
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
        try database.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM answers") ?? 0 }
      }
    }
  }
}

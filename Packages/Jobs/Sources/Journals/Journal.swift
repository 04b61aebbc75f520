public import Evaluations
import Foundation
import GRDB
import Synchronization

/// Responses of one model, recorded as they are computed, so that nothing finished is lost or computed twice.
///
/// One SQLite file for a model's weights in one compute mode. Each ``record(_:)`` is one transaction. The write-ahead
/// log is used with an exclusive lock, without shared memory, so that the file may lie on a network file system; a
/// second process waits until the first one is done.
public final class Journal: Sendable {
  private let database: DatabaseQueue
  private let path: String
  private let identity: JournalIdentity

  /// Opens the journal, which is made with its folder where it does not exist.
  ///
  /// - Parameters:
  ///   - identity: What responses depend on beside weights and mode; those of other identities are not seen.
  ///   - patience: Seconds to wait for another process.
  /// - Throws: ``JournalError``.
  public init(path: String, identity: JournalIdentity, patience: Double = 30) throws(JournalError) {
    self.path = path
    self.identity = identity
    var settings = Configuration()
    settings.busyMode = .timeout(patience)
    settings.prepareDatabase { database in
      try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
      try database.execute(sql: "PRAGMA journal_mode = WAL")
      try database.execute(sql: "PRAGMA synchronous = NORMAL")
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    database = try JournalError.rethrowing(path) {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let database = try DatabaseQueue(path: path, configuration: settings)
      try database.write { database in
        try database.execute(
          sql:
            "CREATE TABLE IF NOT EXISTS answers (request BLOB PRIMARY KEY, answer BLOB NOT NULL) WITHOUT ROWID"
        )
      }
      return database
    }
  }

  /// The responses that are kept, by index of the request.
  ///
  /// - Throws: ``JournalError`` for a file that cannot be read or that holds no responses.
  public func responses(to requests: [Request]) throws(JournalError) -> [Int: Response] {
    try JournalError.rethrowing(path) {
      try database.read { database in
        let statement = try database.makeStatement(sql: "SELECT answer FROM answers WHERE request = ?")
        var found: [Int: Response] = [:]
        for (index, request) in requests.enumerated() {
          guard let bytes = try Data.fetchOne(statement, arguments: [identity.key(of: request)]) else {
            continue
          }
          guard let answer = Response(bytes: bytes, to: request) else {
            throw JournalError(.damaged, "journal '\(path)' holds an answer that does not fit its request")
          }
          found[index] = answer
        }
        return found
      }
    }
  }

  /// Keeps responses: all of them, or none where this throws.
  public func record(_ responses: [(request: Request, response: Response)]) throws(JournalError) {
    guard !responses.isEmpty else { return }
    try JournalError.rethrowing(path) {
      try Journal.betweenTransactions {
        try database.write { database in
          let statement = try database.makeStatement(
            sql: "INSERT OR REPLACE INTO answers (request, answer) VALUES (?, ?)")
          for (request, response) in responses {
            try statement.execute(arguments: [identity.key(of: request), Data(response.bytes)])
          }
        }
      }
    }
  }

  /// Runs `body` while no journal of this process has a transaction open: for whoever is about to end the process.
  public static func betweenTransactions<Result>(_ body: () throws -> Result) rethrows -> Result {
    try transaction.withLock { _ in try body() }
  }

  private static let transaction = Mutex(())

  /// How many responses are kept, of all identities.
  public var count: Int {
    get throws(JournalError) {
      try JournalError.rethrowing(path) {
        try database.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM answers") ?? 0 }
      }
    }
  }
}

public import Basics
import CSQLite
import Foundation

/// A journal that cannot be used.
public struct JournalError: ReportableError, Equatable {
  public enum Kind: Sendable, Equatable {
    /// Another process holds it.
    case busy
    /// It cannot be made, read or written.
    case unwritable(reason: String)
    /// Its folder cannot be made.
    case noFolder(reason: String)
    /// It is no database, or a damaged one.
    case damaged
    /// It is a database of something else.
    case otherDatabase(tables: [String])
    /// A later version wrote it.
    case newerFormat(found: Int, known: Int)
  }

  public let path: String
  public let kind: Kind

  init(_ path: String, _ kind: Kind) {
    self.path = path
    self.kind = kind
  }

  public var fault: Fault {
    switch kind {
    case .busy: .tryAgain
    case .unwritable, .noFolder: .usage
    case .damaged, .otherDatabase, .newerFormat: .badData
    }
  }

  public var description: String {
    switch kind {
    case .busy: "journal '\(path)' is in use by another process; try again when it is done"
    case .unwritable(let reason): "cannot use journal '\(path)': \(reason)"
    case .noFolder(let reason): "cannot make the folder of journal '\(path)': \(reason)"
    case .damaged: "'\(path)' is not a journal, or damaged; remove it to begin a new one"
    case .otherDatabase(let tables):
      "'\(path)' is not a journal: expected a table 'answers' of 'request' and 'answer', found "
        + tables.map { "'\($0)'" }.joined(separator: ", ")
    case .newerFormat(let found, let known):
      "journal '\(path)' has format \(found), written by a later version; this one reads up to \(known)"
    }
  }

  /// Runs `body`, and names the journal's path in what goes wrong in it.
  static func rethrowing<Result: ~Copyable>(_ path: String, _ body: () throws -> Result) throws(JournalError)
    -> Result
  {
    do {
      return try body()
    } catch let error as JournalError {
      throw error
    } catch let error as SQLiteError {
      throw JournalError(path, Kind(error))
    } catch {
      throw JournalError(path, .unwritable(reason: "\(error)"))
    }
  }

  /// Runs `body`, which makes the journal's folder.
  static func makingFolder(of path: String, _ body: () throws -> Void) throws(JournalError) {
    do { try body() } catch {
      throw JournalError(path, .noFolder(reason: error.localizedDescription))
    }
  }
}

extension JournalError.Kind {
  fileprivate init(_ error: SQLiteError) {
    switch error.code {
    case SQLITE_BUSY, SQLITE_LOCKED: self = .busy
    case SQLITE_NOTADB, SQLITE_CORRUPT: self = .damaged
    default: self = .unwritable(reason: error.message)
    }
  }
}

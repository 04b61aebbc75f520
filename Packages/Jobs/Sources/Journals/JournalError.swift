public import Basics
import CSQLite
import Foundation

/// A journal that cannot be used.
public struct JournalError: ReportableError, Equatable {
  public enum Kind: Sendable, Equatable {
    /// Another process holds it.
    case busy
    /// It cannot be made, read or written: the code and the words of SQLite.
    case unwritable(code: Int, reason: String)
    /// It cannot be used, as what it consists of reports.
    case unusable(ErrorCause)
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
    case .unwritable, .unusable, .noFolder: .usage
    case .damaged, .otherDatabase, .newerFormat: .badData
    }
  }

  public var description: String {
    switch kind {
    case .busy: "journal '\(path)' is in use by another process; try again when it is done"
    case .unwritable(_, let reason): "cannot use journal '\(path)': \(reason)"
    case .unusable(let cause): "cannot use journal '\(path)': \(cause)"
    case .noFolder(let reason): "cannot make the folder of journal '\(path)': \(reason)"
    case .damaged: "'\(path)' is not a journal, or damaged; remove it to begin a new one"
    case .otherDatabase(let tables):
      "'\(path)' is not a journal: expected a table 'answers' of 'request' and 'answer', found "
        + quotedList(tables)
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
      throw JournalError(path, .unusable(ErrorCause(error)))
    }
  }

  /// Runs `body`, which makes the journal's folder.
  static func makingFolder(of path: String, _ body: () throws -> Void) throws(JournalError) {
    do { try body() } catch {
      throw JournalError(path, .noFolder(reason: systemReason(error)))
    }
  }
}

extension JournalError.Kind {
  fileprivate init(_ error: SQLiteError) {
    switch error.code {
    case SQLITE_BUSY, SQLITE_LOCKED: self = .busy
    case SQLITE_NOTADB, SQLITE_CORRUPT: self = .damaged
    default: self = .unwritable(code: Int(error.code), reason: error.message)
    }
  }
}

import Foundation
import GRDB

/// A journal that cannot be used.
public struct JournalError: Error, CustomStringConvertible, Equatable {
  public enum Kind: Sendable {
    /// Another process holds it.
    case busy
    /// It cannot be made or written.
    case unwritable
    /// It is no journal, or a damaged one.
    case damaged
  }

  public let kind: Kind
  public let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// Runs `body`, and says with the journal's path what went wrong in it.
  static func rethrowing<Result>(_ path: String, _ body: () throws -> Result) throws(JournalError) -> Result {
    do {
      return try body()
    } catch let error as JournalError {
      throw error
    } catch let error as DatabaseError {
      throw JournalError(error, path)
    } catch {
      throw JournalError(
        .unwritable, "cannot make the folder of journal '\(path)': \(error.localizedDescription)")
    }
  }

  private init(_ error: DatabaseError, _ path: String) {
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(.busy, "journal '\(path)' is in use by another process; try again when it is done")
    case .SQLITE_NOTADB, .SQLITE_CORRUPT:
      self.init(.damaged, "'\(path)' is not a journal, or damaged; remove it to begin a new one")
    default:
      self.init(.unwritable, "cannot use journal '\(path)': \(error.message ?? "\(error.resultCode)")")
    }
  }
}

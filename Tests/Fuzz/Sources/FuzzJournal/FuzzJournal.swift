public import Driver
import FeedingJournals
import Foundation

/// Feeds journals, or writes the one that fuzzing begins with where `ASSAY_JOURNAL_SEED` names a place for it.
@_cdecl("FuzzJournal_main")
public func run(_ count: CInt, _ arguments: Arguments) -> CInt {
  if let path = ProcessInfo.processInfo.environment["ASSAY_JOURNAL_SEED"] {
    do { try writeJournal(to: path) } catch { fatalError("\(error)") }
    return 0
  }
  return fuzz(count, arguments) { bytes, count in feed(journal: bytes, count) }
}

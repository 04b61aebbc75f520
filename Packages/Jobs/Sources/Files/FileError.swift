package import Basics

/// Something that could not be written.
package struct FileError: ReportableError, Equatable {
  package let path: String
  /// The operating system's own words.
  package let reason: String

  package var fault: Fault { .usage }

  package var description: String { "cannot write '\(path)': \(reason)" }
}

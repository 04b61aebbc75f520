/// Something that could not be written.
package struct FileError: Error, Equatable, CustomStringConvertible {
  package let path: String
  /// The operating system's own words.
  package let reason: String

  package var description: String { "cannot write '\(path)': \(reason)" }
}

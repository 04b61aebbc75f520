package import Files
import Foundation

extension WholeFile {
  /// Writes a text, whole or not at all.
  ///
  /// - Throws: ``JobError`` with the path and the operating system's reason.
  package static func write(_ text: String, to path: String) throws(JobError) {
    do { try write(Data(text.utf8), to: path) } catch {
      throw JobError(.unwritable(path: error.path, reason: error.reason))
    }
  }
}

import Basics
package import Foundation

extension JobError {
  /// The bytes of a file that must be there.
  ///
  /// - Parameter file: What the file is, for the sentence that says that it is missing.
  /// - Throws: ``JobError`` for a file that is missing or cannot be read.
  package static func contents(of path: String, _ file: MissingFile) throws(JobError) -> Data {
    do throws(InputFileError) { return try inputContents(path) } catch {
      throw JobError(
        error.isMissing ? .missingFile(path: path, file) : .unreadable(path: path, reason: error.reason))
    }
  }
}

import Basics
import Foundation

extension ModelError {
  /// The bytes of a file that must be there.
  ///
  /// - Parameter missing: What it means that there is no such file.
  /// - Throws: ``ModelError`` for a file that is missing or cannot be read.
  static func contents(of path: String, orMissing missing: Kind) throws(ModelError) -> Data {
    do throws(InputFileError) { return try inputContents(path) } catch {
      throw ModelError(error.isMissing ? missing : .unreadable(reason: error.reason), path: path)
    }
  }
}

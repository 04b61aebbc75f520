internal import Foundation

/// Something that could not be written.
package struct FileError: Error, Equatable, CustomStringConvertible {
  package let path: String
  /// The operating system's own words.
  package let reason: String

  package var description: String { "cannot write '\(path)': \(reason)" }
}

/// The operating system's own words inside an error of Foundation, whose sentences are for windows.
package func reason(_ error: any Error) -> String {
  var inner = error as NSError
  while let next = inner.userInfo[NSUnderlyingErrorKey] as? NSError { inner = next }
  guard inner.domain == NSPOSIXErrorDomain else { return inner.localizedDescription }
  return String(cString: strerror(Int32(inner.code))).lowercased()
}

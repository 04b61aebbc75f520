import Foundation

/// The operating system's own words inside an error of Foundation, whose sentences are for windows.
///
/// - Returns: `no space left on device` for example; Foundation's sentence where the system gave no reason.
public func systemReason(_ error: any Error) -> String {
  var inner = error as NSError
  while let next = inner.userInfo[NSUnderlyingErrorKey] as? NSError { inner = next }
  guard inner.domain == NSPOSIXErrorDomain else { return inner.localizedDescription }
  return String(cString: strerror(Int32(inner.code))).lowercased()
}

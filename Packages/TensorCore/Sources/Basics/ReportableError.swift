/// Whose fault a failure is; the raw value is the exit code of `sysexits.h` for it.
public enum Fault: Int32, Sendable {
  /// An option, a setting or a name is wrong, or a place where nothing can be written.
  case usage = 64
  /// A file is there and is not what it should be.
  case badData = 65
  /// A file, a model or a run is not there.
  case missingInput = 66
  /// The program itself is at fault.
  case internalError = 70
  /// Standard output cannot be written.
  case output = 74
  /// The same command may succeed later.
  case tryAgain = 75

  /// The fault of an error; the program's own where the error names none.
  public init(of error: any Error) { self = (error as? any ReportableError)?.fault ?? .internalError }
}

/// An error that may end a command: its description is one sentence, in lower case and without a full stop.
///
/// Every error that leaves a module is one.
public protocol ReportableError: Error, CustomStringConvertible {
  /// Whose fault it is, from which the exit code follows.
  var fault: Fault { get }
}

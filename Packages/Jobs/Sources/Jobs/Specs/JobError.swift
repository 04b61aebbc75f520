/// Why a job cannot run or finish, in one sentence, and whose fault it is.
public struct JobError: Error, CustomStringConvertible, Equatable {
  /// The classes of failure, with the exit codes of `sysexits.h`.
  public enum Fault: Int32, Sendable {
    case usage = 64
    case badData = 65
    case missingInput = 66
    case internalError = 70
    case tryAgain = 75
  }

  public let fault: Fault
  public let description: String

  public init(_ fault: Fault, _ description: String) {
    self.fault = fault
    self.description = description
  }
}

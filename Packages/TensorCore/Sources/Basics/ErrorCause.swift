/// An error of another module, kept whole inside one's own: its facts are had by a cast of ``error``, and its sentence ends
/// one's own.
public struct ErrorCause: Sendable, Equatable, CustomStringConvertible {
  public let error: any Error

  public init(_ error: any Error) { self.error = error }

  public var description: String { "\(error)" }

  /// Whether both are of one type and say the same.
  public static func == (one: ErrorCause, other: ErrorCause) -> Bool {
    type(of: one.error) == type(of: other.error) && one.description == other.description
  }
}

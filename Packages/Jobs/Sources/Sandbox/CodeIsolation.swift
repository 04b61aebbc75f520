internal import CSandbox

/// The mechanisms that isolate programs from the machine.
public struct CodeIsolation: OptionSet, Sendable, Hashable, CustomStringConvertible {
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  private init(_ mechanism: csandbox_wall) { rawValue = mechanism.rawValue }

  /// No network but its own, which has no address.
  public static let network = CodeIsolation(CSANDBOX_NETWORK)
  /// All files are read-only but those in the scratch folder.
  public static let files = CodeIsolation(CSANDBOX_FILES)
  /// It neither sees other processes nor outlives its own.
  public static let processes = CodeIsolation(CSANDBOX_PROCESSES)
  /// Calls that administer the system, open connections or reach into other processes fail.
  public static let calls = CodeIsolation(CSANDBOX_CALLS)
  /// Memory, time and sizes of files are limited.
  public static let limits = CodeIsolation(CSANDBOX_LIMITS)

  private static let named: [(CodeIsolation, String)] = [
    (.network, "network"), (.files, "files"), (.processes, "processes"), (.calls, "calls"),
    (.limits, "limits"),
  ]

  /// The names of those that the system has.
  public var names: [String] { Self.named.filter { contains($0.0) }.map(\.1) }
  /// The names of those that it lacks.
  public var missing: [String] { Self.named.filter { !contains($0.0) }.map(\.1) }

  public var description: String { names.joined(separator: ", ") }
}

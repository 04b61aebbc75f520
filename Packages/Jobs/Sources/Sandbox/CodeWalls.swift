internal import CSandbox

/// What stood between programs and the machine.
public struct CodeWalls: OptionSet, Sendable, Hashable, CustomStringConvertible {
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  private init(_ wall: csandbox_wall) { rawValue = wall.rawValue }

  /// No network but its own, which has no address.
  public static let network = CodeWalls(CSANDBOX_NETWORK)
  /// All files are read-only but those in the scratch folder.
  public static let files = CodeWalls(CSANDBOX_FILES)
  /// It neither sees other processes nor outlives its own.
  public static let processes = CodeWalls(CSANDBOX_PROCESSES)
  /// Calls that administer the system, open connections or reach into other processes fail.
  public static let calls = CodeWalls(CSANDBOX_CALLS)
  /// Memory, time and sizes of files are limited.
  public static let limits = CodeWalls(CSANDBOX_LIMITS)

  private static let named: [(CodeWalls, String)] = [
    (.network, "network"), (.files, "files"), (.processes, "processes"), (.calls, "calls"),
    (.limits, "limits"),
  ]

  /// The names of those that stood.
  public var names: [String] { Self.named.filter { contains($0.0) }.map(\.1) }
  /// The names of those that the system did not give.
  public var missing: [String] { Self.named.filter { !contains($0.0) }.map(\.1) }

  public var description: String { names.joined(separator: ", ") }
}

import Foundation

/// What bounds an engine's work space; none of it changes a number.
public struct EngineLimits: Sendable, Equatable {
  /// The most rows of one pass.
  public var rowsPerPass: Int
  /// The most sequences that are generated side by side.
  public var sequencesPerPass: Int
  /// The most bytes of keys and values that are held, as far as one sequence fits.
  public var keyValueBytes: Int

  /// - Parameter keyValueBytes: A quarter of the memory that is free, unless given.
  public init(rowsPerPass: Int = 1024, sequencesPerPass: Int = 64, keyValueBytes: Int? = nil) {
    self.rowsPerPass = max(rowsPerPass, 1)
    self.sequencesPerPass = max(sequencesPerPass, 1)
    self.keyValueBytes = keyValueBytes ?? Self.freeMemory / 4
  }

  /// Bytes that the system could give now without swapping; 4 GiB where it does not say.
  private static var freeMemory: Int {
    let lines = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8).split(separator: "\n")
    let words = lines?.first { $0.hasPrefix("MemAvailable:") }?.split(separator: " ")
    return words.flatMap { $0.count > 1 ? Int($0[1]) : nil }.map { $0 << 10 } ?? 4 << 30
  }
}

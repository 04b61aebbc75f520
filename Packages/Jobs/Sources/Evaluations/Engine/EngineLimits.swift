import Basics
import Sharding

/// What bounds an engine's work space; none of it changes a number.
public struct EngineLimits: Sendable, Equatable {
  /// The most rows of one pass.
  public var rowsPerPass: Int
  /// The most sequences that are generated side by side.
  public var maxConcurrentSequences: Int
  /// The most bytes of keys and values that are held, as far as one sequence fits.
  public var keyValueBytes: Int

  /// - Parameters:
  ///   - keyValueBytes: A quarter of the memory that is free unless given; 1 GiB where the system does not report it.
  ///   - sharers: How many engines on this machine share that memory.
  public init(
    rowsPerPass: Int = 1024, maxConcurrentSequences: Int = 64, keyValueBytes: Int? = nil, sharers: Int = 1
  ) {
    self.rowsPerPass = max(rowsPerPass, 1)
    self.maxConcurrentSequences = max(maxConcurrentSequences, 1)
    self.keyValueBytes = keyValueBytes ?? (Machine.availableMemory ?? 4 << 30) / 4 / max(sharers, 1)
  }

  /// Those of the first shard of a replica, on all of them: their passes must be the same.
  func agreed(among shards: any Communicator) throws -> EngineLimits {
    guard shards.size > 1 else { return self }
    var writer = ByteWriter()
    for limit in [rowsPerPass, maxConcurrentSequences, keyValueBytes] { writer.append(Int64(limit)) }
    var reader = ByteReader(try shards.broadcast(writer.bytes, from: 0, named: "limits of the engine"))
    return EngineLimits(
      rowsPerPass: try reader.count(), maxConcurrentSequences: try reader.count(),
      keyValueBytes: try reader.count())
  }
}

/// By its three counts, under their names in results; decoding checks them as making a topology does.
extension Topology: Codable {
  private enum CodingKeys: String, CodingKey {
    case count = "device_count"
    case localCount = "local_device_count"
    case shardInto = "shard_into"
  }

  /// - Throws: ``TopologyError`` for counts that no topology has.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      count: values.decode(Int.self, forKey: .count),
      localCount: values.decode(Int.self, forKey: .localCount),
      shardInto: values.decode(Int.self, forKey: .shardInto))
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(count, forKey: .count)
    try values.encode(localCount, forKey: .localCount)
    try values.encode(shards, forKey: .shardInto)
  }
}

public import Configurate
public import Sharding

/// What a run may change about how a model is cut.
public struct ShardingSettings: Settings {
  @Setting(
    "sharding/vocabulary",
    help: "Cut the vocabulary over the shards too, where its size divides by their number")
  public var vocabulary = true
  public init() {}

  /// A model's rules, with what these settings put in front of them.
  public func rules(_ rules: [(LogicalAxis, MeshAxis?)]) -> [(LogicalAxis, MeshAxis?)] {
    vocabulary ? [(.vocab, .shard)] + rules : rules
  }
}

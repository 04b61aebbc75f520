public import Sharding

/// A model on paper: its parameters by shape and axes, and the rules that cut them. No element of it exists.
public struct PaperModel: Sendable {
  public struct Parameter: Sendable {
    public let path: String
    public let axes: [ParameterAxis]
    /// How often there is one such, each with a path of its own: the number of layers.
    public let copies: Int

    public init(_ path: String, _ axes: [ParameterAxis], copies: Int = 1) {
      self.path = path
      self.axes = axes
      self.copies = copies
    }
  }

  public let parameters: [Parameter]
  public let rules: ShardingRules
  public let bytesPerElement: Int

  public init(_ parameters: [Parameter], rules: ShardingRules, bytesPerElement: Int = 2) {
    self.parameters = parameters
    self.rules = rules
    self.bytesPerElement = bytesPerElement
  }

  /// Bytes of the parameters that one of `shards` ranks holds.
  ///
  /// - Throws: ``PlacementError`` where an axis does not divide.
  public func byteCount(shard: Int, of shards: Int) throws(PlacementError) -> Int {
    let placement = Placement(rules, on: Mesh(batch: 1, shard: shards))
    var elements = 0
    for parameter in parameters {
      let slice = try placement.slice(of: parameter.path, axes: parameter.axes, rank: shard)
      elements += slice.count * parameter.copies
    }
    return elements * bytesPerElement
  }

  /// The widths of what is summed over ranks for each token, in float32 elements.
  ///
  /// A parameter of two axes, `[in, out]`, takes a token from one to the other. Where its first axis is cut, a sum over ranks
  /// joins the terms: the one rule that places collectives.
  public var summedWidths: [Int] {
    parameters.flatMap { parameter -> [Int] in
      guard parameter.axes.count == 2, rules[parameter.axes[0].name] == .shard else { return [] }
      return Array(repeating: parameter.axes[1].size, count: parameter.copies)
    }
  }

  /// A decoder as Llama has it: grouped attention, a gated feed-forward block, tables for embedding and unembedding.
  ///
  /// Every shard holds both tables whole, as with `sharding/vocabulary=false`. `evaluate` cuts them where they divide
  /// unless that is given.
  public static func decoder(
    layers: Int, width: Int, hidden: Int, heads: Int, keyHeads: Int, vocabulary: Int, bytesPerElement: Int = 2
  ) -> PaperModel {
    let head = width / heads
    let embed = ParameterAxis(.embed, width)
    let queries = ParameterAxis(.attention, width, unit: head)
    let keys = ParameterAxis(.attention, keyHeads * head, unit: head, sharesUnits: true)
    let ff = ParameterAxis(.embedFF, hidden)
    let blocks: [(String, [ParameterAxis])] = [
      ("attn/q", [embed, queries]), ("attn/k", [embed, keys]), ("attn/v", [embed, keys]),
      ("attn/o", [queries, ParameterAxis(.embedOut, width)]), ("mlp/gate", [embed, ff]),
      ("mlp/up", [embed, ff]), ("mlp/down", [ff, ParameterAxis(.embedOut, width)]),
      ("norm_1", [embed]), ("norm_2", [embed]),
    ]
    let tables = ["embedding", "unembedding"].map { Parameter($0, [.init(.vocab, vocabulary), embed]) }
    return PaperModel(
      blocks.map { Parameter("blocks/\($0)", $1, copies: layers) } + tables + [Parameter("norm", [embed])],
      rules: ShardingRules([(.attention, .shard), (.embedFF, .shard)]), bytesPerElement: bytesPerElement)
  }
}

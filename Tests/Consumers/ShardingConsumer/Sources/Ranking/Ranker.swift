public import Sharding
public import TensorCore

extension LogicalAxis {
  /// What is known of a document.
  public static let features: LogicalAxis = "n_features"
  /// The inner width of the ranker.
  public static let topics: LogicalAxis = "n_topics"
}

/// Scores documents by two layers: y = max(x · inner + bias, 0) · outer.
///
/// Each rank holds the columns of the first layer and the rows of the second that its placement gives it, so that one sum over
/// ranks ends the two.
public struct Ranker: Sendable {
  /// Its parameters: path and axes. `topics` come in groups of four, which stay together.
  public static func parameters(features: Int, topics: Int, scores: Int) -> [(
    path: String, axes: [ParameterAxis]
  )] {
    let inner = ParameterAxis(.topics, topics, unit: 4)
    return [
      ("inner", [ParameterAxis(.features, features), inner]), ("bias", [inner]),
      ("outer", [inner, ParameterAxis(nil, scores)]),
    ]
  }

  /// Topics are cut over the shards of a replica, features never.
  public static let rules = ShardingRules([(.topics, .shard), (.features, nil)])

  private let inner: Tensor
  private let bias: [Float]
  private let outer: Tensor
  private let communicator: any Communicator

  /// - Parameters:
  ///   - communicator: Over the whole mesh.
  ///   - load: Gives a slice of a parameter; the whole is never asked for where a rule cuts it.
  public init(
    features: Int, topics: Int, scores: Int, on communicator: any Communicator,
    load: (String, TensorSlice) throws -> Tensor
  ) throws {
    let placement = Placement(Self.rules, on: communicator.mesh)
    let tensors = try Self.parameters(features: features, topics: topics, scores: scores).map {
      try load($0.path, placement.slice(of: $0.path, axes: $0.axes, rank: communicator.rank))
    }
    (inner, bias, outer) = (tensors[0], tensors[1].floats, tensors[2])
    self.communicator = communicator
  }

  /// - Shape: `documents` `[n, features]`, result `[n, scores]`, the same on every rank of a replica.
  public func callAsFunction(_ documents: Tensor) throws(CommunicatorError) -> Tensor {
    let hidden = product(documents, inner)
    let width = bias.count
    let active = Tensor(
      hidden.floats.enumerated().map { max($1 + bias[$0 % width], 0) }, shape: hidden.shape)
    var scores = product(active, outer)
    try communicator.along(.shard).allReduce(&scores, named: "ranker/outer")
    return scores
  }
}

/// x · w, in float32, each element added up in order.
private func product(_ x: Tensor, _ w: Tensor) -> Tensor {
  let (a, b, inner, width) = (x.floats, w.floats, w.shape[0], w.shape[1])
  var result = [Float](repeating: 0, count: x.shape[0] * width)
  for row in 0..<x.shape[0] {
    for i in 0..<inner {
      for column in 0..<width { result[row * width + column] += a[row * inner + i] * b[i * width + column] }
    }
  }
  return Tensor(result, shape: [x.shape[0], width])
}

public import Sharding
public import TensorCore

/// The context of one forward pass besides its rows: where each row stands, what it may attend to, and how to compute.
///
/// Rows of many sequences lie behind each other without padding. Each ``Segment`` names the rows that continue one
/// sequence and the pages that hold its keys and values, those of this pass included.
public struct ForwardPass: Sendable {
  /// The position of each row in its sequence, `[tokens]`.
  public let positions: [Int32]
  public let segments: [Segment]
  /// Where keys and values go: to the pages of ``segments``, and once more to those of sequences that fork from them
  /// within this pass.
  public let stored: [Segment]
  public let pages: KVCache
  public let mode: ComputeMode
  /// The ranks that hold this model together, each its shards.
  public let communicator: any Communicator
  /// The random key of dropout; `nil` in a deterministic pass.
  public let dropoutKey: RandomKey?
  /// The number of each row among all that are dropped out by one key, `[tokens]`; their places where it is `nil`.
  public let dropoutRows: [Int]?
  public let intermediates: Intermediates?
  /// Where the pass is recorded, for gradients; modules do not see it.
  private let tape: Tape?

  /// - Parameters:
  ///   - segments: They cover the rows of the pass in order, without gaps.
  ///   - forks: Rows of `segments` that other sequences share, at the same positions, on pages of their own.
  public init(
    segments: [Segment], forks: [Segment] = [], pages: KVCache, mode: ComputeMode,
    communicator: any Communicator = SoloCommunicator(), dropoutKey: RandomKey? = nil,
    dropoutRows: [Int]? = nil, intermediates: Intermediates? = nil, tape: Tape? = nil
  ) {
    self.positions = segments.flatMap { segment in
      segment.rows.indices.map { Int32(segment.start + $0 - segment.rows.lowerBound) }
    }
    precondition(
      positions.count == segments.last?.rows.upperBound ?? 0,
      "segments must cover the rows of a pass in order")
    self.segments = segments
    stored = segments + forks
    self.pages = pages
    self.mode = mode
    self.communicator = communicator
    self.dropoutKey = dropoutKey
    self.dropoutRows = dropoutRows
    self.intermediates = intermediates
    self.tape = tape
  }

  /// Notes the residual stream after a block.
  public func record(_ rows: Tensor, afterBlock index: Int) {
    intermediates?.record(rows, as: "blocks_\(index)")
  }

  /// Notes the residual stream before the first block.
  public func record(embedding rows: Tensor) { intermediates?.record(rows, as: "embedding") }

  /// - Throws: ``ModelError`` in a pass that is recorded, before ranks exchange what has no
  ///   derivative.
  public func requireUnrecorded() throws(ModelError) {
    guard tape == nil else {
      throw ModelError(.shardedTraining(shards: communicator.size))
    }
  }

  /// - Parameter part: What has no derivative, such as `of logits with a soft cap`.
  /// - Throws: ``ModelError`` in a pass that is recorded.
  public func requireUnrecorded(_ part: String) throws(ModelError) {
    guard tape == nil else { throw ModelError(.noGradients(of: part)) }
  }

  /// Rows of an embedding table, with which a pass begins.
  public func rows(_ ids: [Int32], of table: Parameter) -> Tensor { table.rows(ids, tape: tape) }

  /// Drops elements of `rows` in a training pass; returns them as they are in a deterministic one.
  ///
  /// - Parameter site: Tells the places of a model apart, so that no two draw the same random numbers.
  public func droppingOut(_ rows: Tensor, rate: Float, site: DropoutSite) -> Tensor {
    guard let dropoutKey, rate > 0 else { return rows }
    return rows.dropout(rate: rate, key: dropoutKey.folded(site.number), rows: dropoutRows)
  }
}

/// A place in a model where dropout may act.
public struct DropoutSite: Sendable {
  let number: UInt64

  /// After token and positional embeddings.
  public static let embedding = DropoutSite(number: 0)
  /// The `place`-th site (1, 2, …) of block `layer`.
  public static func block(_ layer: Int, place: UInt64) -> DropoutSite {
    DropoutSite(number: UInt64(layer + 1) << 8 | place)
  }
}

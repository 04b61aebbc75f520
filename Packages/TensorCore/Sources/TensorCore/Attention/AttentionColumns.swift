/// Which columns of `[tokens, width]` are the queries, keys and values of one layer's attention, head after head.
public struct AttentionColumns: Sendable, Equatable {
  /// Those of the queries.
  public let queries: Range<Int>
  /// Those of the keys, which may be of fewer heads.
  public let keys: Range<Int>
  /// Those of the values, as many as of the keys.
  public let values: Range<Int>

  public init(queries: Range<Int>, keys: Range<Int>, values: Range<Int>) {
    self.queries = queries
    self.keys = keys
    self.values = values
  }
}

extension Tensor {
  /// Stores the keys and values of these rows, then lets their queries attend.
  ///
  /// That is ``KVCache/write(layer:rows:keyColumns:valueColumns:segments:)`` and
  /// ``attending(queryColumns:heads:to:layer:segments:scale:window:chunk:sinks:)``; recorded rows take part as a whole.
  ///
  /// - Parameters:
  ///   - segments: The rows, and the pages that they see.
  ///   - stored: Where their keys and values go.
  ///   - modification: What becomes of scaled scores.
  /// - Precondition: Segments of recorded rows begin at position 0, without chunks and sinks, and
  ///   their scores are not modified.
  public func attending(
    _ columns: AttentionColumns, in pages: KVCache, layer: Int, segments: [Segment], stored: [Segment],
    scale: Float, window: Int?, chunk: Int? = nil, sinks: Tensor? = nil,
    modification: ScoreModification = .none
  ) -> Tensor {
    let headWidth = pages.heads(of: layer).width
    pages.write(
      layer: layer, rows: self, keyColumns: columns.keys, valueColumns: columns.values, segments: stored)
    let result = unrecorded.attending(
      queryColumns: columns.queries, heads: columns.queries.count / headWidth, to: pages, layer: layer,
      segments: segments, scale: scale, window: window, chunk: chunk, sinks: sinks,
      modification: modification)
    guard let node else { return result }
    precondition(chunk == nil && sinks == nil, "recorded rows attend in chunks or to sinks")
    precondition(modification.isNone, "recorded rows with modified scores")
    precondition(segments.allSatisfy { $0.start == 0 }, "recorded rows continue a sequence")
    let ranges = segments.map(\.rows)
    return result.recorded(
      from: node,
      backward: { [x = unrecorded, node] gradient, adjoints in
        adjoints.add(
          x.attentionBackward(
            gradient, columns, headWidth: headWidth, sequences: ranges, scale: scale, window: window),
          to: node)
      })
  }
}

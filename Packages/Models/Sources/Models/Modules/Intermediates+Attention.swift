import Foundation
public import TensorCore

extension Intermediates {
  /// Computes attention weights of a pass's first sequence again, in float64, and records those that are asked for.
  ///
  /// - Parameters:
  ///   - rows: Queries and keys as attention reads them, `[tokens, width]`.
  ///   - columns: Where queries and keys lie in a row.
  ///   - scale: The factor on their products.
  ///   - window: How many positions back a row sees, itself included; `nil` for all.
  ///   - chunk: Positions are cut at its multiples, and a row sees its own piece only; `nil` for all.
  ///   - sinks: A score for each query head that takes a share of the softmax and has no value.
  ///   - modification: What becomes of scaled scores.
  public func recordAttention(
    _ rows: Tensor, _ columns: AttentionColumns, _ pass: ForwardPass, layer: Int, scale: Float, window: Int?,
    chunk: Int? = nil, sinks: Tensor? = nil, modification: ScoreModification = .none
  ) {
    let headWidth = pass.pages.heads(of: layer).width
    guard attention.includes(layer: layer, of: pass.pages.layers), let segment = pass.segments.first,
      segment.start == 0
    else { return }
    let count = min(segment.rows.count, attention.positions)
    let (heads, keyHeads) = (columns.queries.count / headWidth, columns.keys.count / headWidth)
    let first = segment.rows.lowerBound
    let sinks = sinks?.floats
    for head in attention.heads(of: heads) {
      let key = columns.keys.lowerBound + head / (heads / keyHeads) * headWidth
      let query = columns.queries.lowerBound + head * headWidth
      let weights = rows.withElements { elements in
        Self.weights(
          count: count, window: window ?? count, chunk: chunk ?? count, sink: sinks.map { Double($0[head]) }
        ) { row, other in
          let (a, b) = (
            (first + row) * rows.width + query, (first + other) * rows.width + key
          )
          let product = (0..<headWidth).reduce(0) {
            $0 + Double(elements[a + $1]) * Double(elements[b + $1])
          }
          return modification.score(Double(scale) * product, head: head, row: row, other: other)
        }
      }
      record(Tensor(weights, shape: [count, count]), as: "blocks_\(layer)/attention/head_\(head)")
    }
  }

  /// The softmax of each row over the positions that it sees, and the sink; NaN at the others.
  private static func weights(
    count: Int, window: Int, chunk: Int, sink: Double?, score: (_ row: Int, _ other: Int) -> Double
  ) -> [Float] {
    var weights = [Float](repeating: .nan, count: count * count)
    for row in 0..<count {
      let seen = max(0, row + 1 - window, row - row % chunk)...row
      let scores = seen.map { score(row, $0) }
      let largest = max(scores.max() ?? 0, sink ?? -.infinity)
      let shares = scores.map { exp($0 - largest) }
      let sum = shares.reduce(0, +) + (sink.map { exp($0 - largest) } ?? 0)
      for (position, share) in zip(seen, shares) { weights[row * count + position] = Float(share / sum) }
    }
    return weights
  }
}

extension ScoreModification {
  /// What a scaled score becomes, in float64.
  fileprivate func score(_ scaled: Double, head: Int, row: Int, other: Int) -> Double {
    let capped = softcap.map { Double($0) * tanh(scaled / Double($0)) } ?? scaled
    guard let bias else { return capped }
    return capped + Double(bias.value(head: head, position: other))
      - Double(bias.value(head: head, position: row))
  }
}

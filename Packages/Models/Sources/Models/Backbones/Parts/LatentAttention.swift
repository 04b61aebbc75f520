import Sharding
import TensorCore

/// Attention whose keys and values are made of a short row that all heads share, and of a part of the key with rotary positions.
///
/// Pages hold the keys and values themselves, as wide as the wider of the two.
///
/// - Shape: rows `[tokens, width]` in and out.
/// - Parameters in a checkpoint: `q_proj`, or `q_a_proj`, `q_a_layernorm` and `q_b_proj`; `kv_a_proj_with_mqa`,
///   `kv_a_layernorm`, `kv_b_proj`, `o_proj`.
/// - Source: DeepSeek-AI 2024, *DeepSeek-V2*, §2.1.
struct LatentAttention: SequenceMixer {
  /// The widths, in elements.
  struct Sizes: Sendable, Equatable {
    /// Of the short row that queries are made of; `nil` where they are made of rows themselves.
    var queryRank: Int?
    /// Of the short row that keys and values are made of.
    var rank: Int
    /// Of the part of a head's query and key without rotary positions, and of the part with them.
    var nope: Int
    var rope: Int
    /// Of a head's value.
    var value: Int
    /// The factor on scores.
    var scale: Float
    var bias = false
    /// How queries grow with their position; `nil` where they do not.
    var temperature: GroupedAttention.TemperatureScaling?
    /// The addend of the norms of short rows.
    var epsilon = 1e-6

    /// Of a head's query and key.
    var key: Int { nope + rope }
    /// Of what pages hold of a head.
    var head: Int { max(key, value) }
  }

  private let sizes: Sizes
  private let heads: Int
  private let rotary: RotaryTable?
  private let queryDown: (projection: Linear, norm: Norm)?
  private let queries: Linear
  private let latent: Linear
  private let latentNorm: Norm
  private let keysAndValues: Linear
  private let outputProjection: Linear

  init(
    _ sizes: Sizes, of shape: DecoderShape, rotary: RotaryTable?, mode: ComputeMode,
    parameters: ParameterReader
  ) {
    self.sizes = sizes
    self.rotary = rotary
    heads = shape.heads / max(1, parameters.shards(of: .attention))
    func norm(_ name: String, _ width: Int) -> Norm {
      Norm(.rootMeanSquare(), width: width, epsilon: sizes.epsilon, parameters: parameters.scoped(to: name))
    }
    func map(
      _ parts: KeyValuePairs<String, ParameterAxis>, from input: ParameterAxis, bias: Bool = false,
      order: ((Int) -> [Range<Int>])? = nil
    ) -> Linear {
      Linear(parts, from: input, bias: bias, order: order, mode: mode, parameters: parameters)
    }
    let queryAxis = ParameterAxis(.attention, shape.heads * sizes.key, unit: sizes.key)
    // The rotary part comes first in a head.
    let ropeFirst = { (count: Int) in
      (0..<count / sizes.key).flatMap { head in
        let (first, end) = (head * sizes.key, (head + 1) * sizes.key)
        return [first + sizes.nope..<end, first..<first + sizes.nope]
      }
    }
    if let rank = sizes.queryRank {
      let axis = ParameterAxis(nil, rank)
      queryDown = (
        map(["q_a_proj": axis], from: shape.embedAxis, bias: sizes.bias), norm("q_a_layernorm", rank)
      )
      queries = map(["q_b_proj": queryAxis], from: axis, order: ropeFirst)
    } else {
      queryDown = nil
      queries = map(["q_proj": queryAxis], from: shape.embedAxis, order: ropeFirst)
    }
    latent = map(
      ["kv_a_proj_with_mqa": .init(nil, sizes.rank + sizes.rope)], from: shape.embedAxis, bias: sizes.bias)
    latentNorm = norm("kv_a_layernorm", sizes.rank)
    let both = sizes.nope + sizes.value
    keysAndValues = map(
      ["kv_b_proj": .init(.attention, shape.heads * both, unit: both)], from: .init(nil, sizes.rank))
    outputProjection = map(
      ["o_proj": shape.embedAxis], from: .init(.embedOut, shape.heads * sizes.value, unit: sizes.value),
      bias: sizes.bias)
  }

  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, layer: Int, adding residual: Tensor?) throws
    -> Tensor
  {
    let query = try queries(queryDown.map { $0.norm(try $0.projection(rows, pass)) } ?? rows, pass)
    let shared = try latent(rows, pass)
    let expanded = try keysAndValues(latentNorm(shared.columns(0..<sizes.rank)), pass)
    var joined = joined(query, shared, expanded)
    let width = heads * sizes.head
    let columns = AttentionColumns(
      queries: 0..<width, keys: width..<2 * width, values: 2 * width..<3 * width)
    if let rotary {
      joined.rotate(columns: 0..<2 * width, headWidth: sizes.head, by: rotary, at: pass.positions)
    }
    if let temperature = sizes.temperature {
      joined.scaleColumns(0..<width, by: pass.positions.map(temperature.factor))
    }
    pass.intermediates?.recordAttention(
      joined, columns, pass, layer: layer, scale: sizes.scale, window: nil)
    let attended = joined.attending(
      columns, in: pass.pages, layer: layer, segments: pass.segments, stored: pass.stored, scale: sizes.scale,
      window: nil)
    return try outputProjection(values(attended), pass, adding: residual)
  }

  /// Queries, keys and values behind each other, each head as wide as pages hold it.
  private func joined(_ query: Tensor, _ shared: Tensor, _ expanded: Tensor) -> Tensor {
    let (count, head) = (query.rowCount, sizes.head)
    var result = Tensor(zeros: [count, 3 * heads * head])
    func place(_ part: Tensor, _ columns: (Int) -> Range<Int>, at target: (Int) -> Int) {
      let width = part.width
      let taken = (0..<count * heads).map { index in
        let own = columns(index % heads)
        return index / heads * width + own.lowerBound..<index / heads * width + own.upperBound
      }
      let own = part.gathering(runs: taken, shape: [taken.reduce(0) { $0 + $1.count }])
      result.scatter(
        own,
        into: taken.indices.map { index in
          let first = index / heads * 3 * heads * head + target(index % heads)
          return first..<first + taken[index].count
        })
    }
    let (keys, values) = (heads * head, 2 * heads * head)
    let both = sizes.nope + sizes.value
    place(query, { $0 * sizes.key..<($0 + 1) * sizes.key }, at: { $0 * head })
    place(shared, { _ in sizes.rank..<sizes.rank + sizes.rope }, at: { keys + $0 * head })
    place(expanded, { $0 * both..<$0 * both + sizes.nope }, at: { keys + $0 * head + sizes.rope })
    place(expanded, { $0 * both + sizes.nope..<($0 + 1) * both }, at: { values + $0 * head })
    return result
  }

  /// Of each head, the elements that values have.
  private func values(_ attended: Tensor) -> Tensor {
    guard sizes.value != sizes.head else { return attended }
    let count = attended.rowCount
    return attended.gathering(
      runs: (0..<count * heads).lazy.map { $0 * sizes.head..<$0 * sizes.head + sizes.value },
      shape: [count, heads * sizes.value])
  }
}

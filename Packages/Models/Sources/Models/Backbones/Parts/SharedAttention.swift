import Sharding
import TensorCore

/// Grouped attention whose values are normalised too, and whose keys and values may be those of an earlier layer.
///
/// Queries and keys of each head are normalised before they rotate, values without gains; products are not scaled.
///
/// - Shape: rows `[tokens, width]` in and out.
/// - Parameters in a checkpoint: `q_proj`, `o_proj`, `q_norm`; of a layer with keys of its own `k_proj`, `k_norm`, and
///   `v_proj` unless its values are its keys.
/// - Source: `modeling_gemma3n.py` and `modeling_gemma4.py` of `transformers` 5.24.
struct SharedAttention: Sendable {
  /// Where keys and values come from.
  enum Keys: Sendable, Equatable {
    case own
    /// Values are keys as they were before their norm.
    case ownAsValues
    /// Those that an earlier layer has stored.
    case ofLayer(Int)
  }

  private let keys: Keys
  private let layer: Int
  private let headWidth: Int
  private let window: Int?
  private let rotary: RotaryTable
  private let projection: Linear
  private let outputProjection: Linear
  private let queryNorm: Norm
  private let keyNorm: Norm?
  private let valueNorm: Norm

  /// - Parameters:
  ///   - layer: Whose attention it is, from 0. Layers that store keys come before all others.
  ///   - shape: The sizes of this layer.
  ///   - window: How many positions back a row sees, itself included; `nil` for all.
  ///   - parameters: A reader above `q_proj`.
  init(
    _ keys: Keys, layer: Int, shape: DecoderShape, window: Int?, rotary: RotaryTable, bias: Bool,
    epsilon: Double, mode: ComputeMode, parameters: ParameterReader
  ) {
    (self.keys, self.layer, self.window, self.rotary) = (keys, layer, window, rotary)
    headWidth = shape.headWidth
    func norm(_ name: String) -> Norm {
      Norm(
        .rootMeanSquare(), width: shape.headWidth, epsilon: epsilon, parameters: parameters.scoped(to: name))
    }
    func linear(_ parts: KeyValuePairs<String, ParameterAxis>) -> Linear {
      Linear(parts, from: shape.embedAxis, bias: bias, mode: mode, parameters: parameters)
    }
    switch keys {
    case .own:
      projection = linear(["q_proj": shape.queryAxis, "k_proj": shape.keyAxis, "v_proj": shape.keyAxis])
    case .ownAsValues: projection = linear(["q_proj": shape.queryAxis, "k_proj": shape.keyAxis])
    case .ofLayer: projection = linear(["q_proj": shape.queryAxis])
    }
    outputProjection = Linear(
      ["o_proj": shape.embedAxis], from: shape.joinedAxis, bias: bias, mode: mode, parameters: parameters)
    queryNorm = norm("q_norm")
    if case .ofLayer = keys { keyNorm = nil } else { keyNorm = norm("k_norm") }
    valueNorm = Norm(unitGainsOver: shape.headWidth, epsilon: epsilon)
  }

  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass) throws -> Tensor {
    var projected = try projection(rows, pass)
    let queries = 0..<projection.outputs[0]
    queryNorm.normalizeHeads(of: &projected, columns: queries, headWidth: headWidth)
    if case .ofLayer(let source) = keys {
      projected.rotate(columns: queries, headWidth: headWidth, by: rotary, at: pass.positions)
      let attended = projected.attending(
        queryColumns: queries, heads: queries.count / headWidth, to: pass.pages, layer: source,
        segments: pass.segments, scale: 1, window: window)
      return try outputProjection(attended, pass)
    }
    let keys = queries.upperBound..<queries.upperBound + projection.outputs[1]
    if self.keys == .ownAsValues { projected = .joiningColumns([projected, projected.columns(keys)]) }
    let columns = AttentionColumns(
      queries: queries, keys: keys, values: keys.upperBound..<keys.upperBound + keys.count)
    keyNorm?.normalizeHeads(of: &projected, columns: keys, headWidth: headWidth)
    valueNorm.normalizeHeads(of: &projected, columns: columns.values, headWidth: headWidth)
    projected.rotate(
      columns: 0..<keys.upperBound, headWidth: headWidth, by: rotary, at: pass.positions)
    pass.intermediates?.recordAttention(projected, columns, pass, layer: layer, scale: 1, window: window)
    let attended = projected.attending(
      columns, in: pass.pages, layer: layer, segments: pass.segments, stored: pass.stored, scale: 1,
      window: window)
    return try outputProjection(attended, pass)
  }
}

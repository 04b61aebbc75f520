import Sharding
import TensorCore

/// Norms of queries and of keys.
///
/// - Source: Henry et al. 2020, *Query-Key Normalization for Transformers*; Yang et al. 2025, *Qwen3 Technical Report*, §2;
///   OLMo Team 2024, *2 OLMo 2 Furious*, §2.
public struct HeadNorms: Sendable {
  private enum Extent {
    /// Each head by itself, with gains that all heads share.
    case each
    /// All heads together, `width` elements on so many shards.
    case all(width: Int, shards: Int)
  }

  private let query: (norm: Norm, extent: Extent)
  private let key: (norm: Norm, extent: Extent)

  /// Norms of each head by itself, as in Qwen3 and Gemma 3.
  ///
  /// - Parameters in a checkpoint: below the two names `weight` `[head width]`, and `bias` where a layer norm has one.
  /// - Parameters:
  ///   - names: Those of queries and of keys.
  ///   - parameters: A reader above `q_norm`.
  public static func each(
    _ kind: Norm.Kind = .rootMeanSquare(), of shape: DecoderShape,
    names: (query: String, key: String) = ("q_norm", "k_norm"), epsilon: Double,
    parameters: ParameterReader
  ) -> HeadNorms {
    func norm(_ name: String) -> (Norm, Extent) {
      (
        Norm(kind, width: shape.headWidth, epsilon: epsilon, parameters: parameters.scoped(to: name)), .each
      )
    }
    return HeadNorms(query: norm(names.query), key: norm(names.key))
  }

  /// One root mean square norm over all heads together, as in OLMo 2.
  ///
  /// - Parameters in a checkpoint: `q_norm/weight` `[heads · head width]`, `k_norm/weight` `[key heads · head width]`.
  /// - Parameter parameters: A reader above `q_norm`.
  public static func all(of shape: DecoderShape, epsilon: Double, parameters: ParameterReader) -> HeadNorms {
    let shards = parameters.shards(of: .attention)
    func norm(_ name: String, _ axis: ParameterAxis) -> (Norm, Extent) {
      (
        Norm(.rootMeanSquare(), over: axis, epsilon: epsilon, parameters: parameters.scoped(to: name)),
        .all(width: axis.size, shards: shards)
      )
    }
    return HeadNorms(query: norm("q_norm", shape.queryAxis), key: norm("k_norm", shape.keyAxis))
  }

  /// Root mean square norms of each head by itself, without gains, as in Llama 4.
  static func unit(of shape: DecoderShape, epsilon: Double) -> HeadNorms {
    let norm = Norm(unitGainsOver: shape.headWidth, epsilon: epsilon)
    return HeadNorms(query: (norm, .each), key: (norm, .each))
  }

  /// Layer norms without a bias of each head by itself, each head with gains of its own, as in Cohere's models.
  ///
  /// - Parameters in a checkpoint: `q_norm/weight` `[heads, head width]`, `k_norm/weight` `[key heads, head width]`.
  public static func eachItsOwn(of shape: DecoderShape, epsilon: Double, parameters: ParameterReader)
    -> HeadNorms
  {
    func norm(_ name: String, _ heads: ParameterAxis) -> (Norm, Extent) {
      (
        Norm(
          gainsOf: heads, width: shape.headWidth, epsilon: epsilon, parameters: parameters.scoped(to: name)),
        .each
      )
    }
    return HeadNorms(
      query: norm("q_norm", .init(.attention, shape.heads)),
      key: norm("k_norm", .init(.attention, shape.keyHeads, sharesUnits: true)))
  }

  /// Whether gradients go through it.
  var isDifferentiable: Bool { !query.norm.isCentered }

  /// Normalises queries and keys in place.
  func normalize(_ rows: inout Tensor, _ columns: AttentionColumns, _ pass: ForwardPass, headWidth: Int)
    throws
  {
    for (columns, own) in [(columns.queries, query), (columns.keys, key)] {
      switch own.extent {
      case .each: own.norm.normalizeHeads(of: &rows, columns: columns, headWidth: headWidth)
      case .all(_, 1): own.norm.normalizeHeads(of: &rows, columns: columns, headWidth: columns.count)
      case .all(let width, let shards):
        try own.norm.normalize(&rows, columns: columns, ofWhole: width, shards: shards, pass)
      }
    }
  }
}

import Foundation
import Sharding
import TensorCore

/// AltUp: a residual stream that is several times as wide as a layer, of which each layer computes one part and predicts
/// the others.
///
/// Its maps are small and in float32 in every mode; every rank has all of them.
///
/// - Shape: streams, each `[tokens, width]`.
/// - Parameters in a checkpoint: `correct_output_scale` `[width]`, `correction_coefs/weight` `[streams, streams]`,
///   `prediction_coefs/weight` `[streams², streams]`, `modality_router/weight` `[streams, width]`, `router_norm/weight`
///   `[width]`.
/// - Source: Baykal et al. 2023, *Alternating Updates for Efficient Transformers*, §3; `modeling_gemma3n.py` of
///   `transformers` 5.24.
struct AlternatingUpdates: Sendable {
  private let streams: Int
  private let active: Int
  private let correctionMap: LinearWeight
  private let predictionMap: LinearWeight
  private let router: LinearWeight
  private let routerNorm: Norm
  private let outputScale: Tensor

  /// - Parameters:
  ///   - streams: How many there are.
  ///   - active: Which of them layers compute.
  ///   - parameters: A reader above `router_norm`.
  init(streams: Int, active: Int, width: Int, epsilon: Double, parameters: ParameterReader) {
    (self.streams, self.active) = (streams, active)
    func map(_ name: String, _ outputs: Int, _ inputs: Int) -> LinearWeight {
      let read = parameters.parameter(
        name + "/weight", [outputs, inputs], initializer: .normal(deviation: 0.02))
      // What does not fit is empty; the reader has recorded it, and throws when the model is made.
      let part = LinearWeight.Part(read.count > 0 ? read : Parameter(Tensor(zeros: [1, 1])))
      return LinearWeight(freezing: [part], orientation: .outputsByInner, mode: .float32)
    }
    correctionMap = map("correction_coefs", streams, streams)
    predictionMap = map("prediction_coefs", streams * streams, streams)
    router = map("modality_router", streams, width)
    routerNorm = Norm(
      .rootMeanSquare(), width: width, epsilon: epsilon, parameters: parameters.scoped(to: "router_norm"))
    outputScale = parameters.parameter("correct_output_scale", [width], initializer: .ones).tensor
  }

  /// What the layer reads of the streams, and what it leaves of them: each plus a sum of all, weighed by the active one.
  func predictions(of before: [Tensor]) -> [Tensor] {
    let weights = routed(before[active]).multiplied(by: predictionMap, mode: .float32)
    let rows = (0..<weights.rowCount).map(Int32.init)
    return before.enumerated().map { target, own in
      var sum = own
      for (source, other) in before.enumerated() {
        sum.addRows(other, times: weights.column(target * streams + source), to: rows)
      }
      return sum
    }
  }

  /// The predictions, each plus a share of what the layer made of the active one beyond its prediction.
  func corrected(_ predictions: [Tensor], by activated: Tensor) -> [Tensor] {
    let shares = routed(activated).multiplied(by: correctionMap, mode: .float32)
    let rows = (0..<shares.rowCount).map(Int32.init)
    var innovation = activated
    innovation.addRows(predictions[active], times: Array(repeating: -1, count: rows.count), to: rows)
    return predictions.enumerated().map { index, own in
      var sum = own
      sum.addRows(innovation, times: shares.column(index).map { $0 + 1 }, to: rows)
      return sum
    }
  }

  /// The active stream as the rest of the layer reads it.
  ///
  /// - Parameter scales: Whether it is multiplied with a learned vector.
  func output(_ corrected: [Tensor], scales: Bool) -> Tensor {
    var rows = corrected[active]
    if scales { rows.multiplyEachRow(by: outputScale) }
    return rows
  }

  /// `[tokens, streams]`, each from −1 to 1.
  private func routed(_ rows: Tensor) -> Tensor {
    var read = routerNorm(rows)
    read.scale(by: 1 / Float(rows.width))
    var routed = read.multiplied(by: router, mode: .float32)
    routed.withMutableElements { elements in
      for index in elements.indices { elements[index] = Float(tanh(Double(elements[index]))) }
    }
    return routed
  }
}

/// Where the streams of ``AlternatingUpdates`` come from, and how they become one again.
///
/// - Parameters in a checkpoint: `altup_projections/weight` and `altup_unembed_projections/weight`
///   `[streams − 1, width, width]`, of all streams but the first.
struct AlternatingStreams: Sendable {
  private let projections: [LinearWeight]
  private let unembedding: [LinearWeight]

  /// - Parameter parameters: A reader above `altup_projections`.
  init(_ streams: Int, of shape: DecoderShape, mode: ComputeMode, parameters: ParameterReader) {
    func maps(_ name: String) -> [LinearWeight] {
      guard streams > 1 else { return [] }
      return parameters.matrices(
        name + "/weight", [streams - 1, shape.width, shape.width].map { ParameterAxis(nil, $0) },
        initializer: .normal(deviation: 0.02)
      ).map { LinearWeight(freezing: [.init($0)], orientation: .outputsByInner, mode: mode) }
    }
    projections = maps("altup_projections")
    unembedding = maps("altup_unembed_projections")
  }

  /// The embedded rows, and maps of them, of the same size in each row.
  func split(_ rows: Tensor, _ pass: ForwardPass) -> [Tensor] {
    let sizes = rows.meanSquares
    return [rows] + projections.map { rows.multiplied(by: $0, mode: pass.mode).sized(sizes) }
  }

  /// The mean of the first stream and of maps of the others, of the same size in each row.
  func joined(_ streams: [Tensor], _ pass: ForwardPass) -> Tensor {
    let sizes = streams[0].meanSquares
    var sum = streams[0]
    for (map, stream) in zip(unembedding, streams.dropFirst()) {
      sum.add(stream.multiplied(by: map, mode: pass.mode).sized(sizes))
    }
    sum.scale(by: 1 / Float(streams.count))
    return sum
  }
}

extension Tensor {
  /// One column.
  fileprivate func column(_ index: Int) -> [Float] {
    withElements { elements in (0..<rowCount).map { elements[$0 * width + index] } }
  }

  /// The mean square of each row, in float64.
  fileprivate var meanSquares: [Double] {
    withElements { elements in
      (0..<rowCount).map { row in
        var sum = 0.0
        for column in row * width..<(row + 1) * width {
          sum += Double(elements[column]) * Double(elements[column])
        }
        return sum / Double(width)
      }
    }
  }

  /// Each row times a factor, so that its mean square is the given one, or below it where the row is almost zero.
  fileprivate func sized(_ targets: [Double]) -> Tensor {
    var result = self
    result.scaleRows(by: zip(targets, meanSquares).map { Float(($0 / Swift.max($1, 1e-5)).squareRoot()) })
    return result
  }
}

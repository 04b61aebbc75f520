import Foundation

/// The operations in float64, written as their equations read.
public enum Reference {
  /// (x − mean) / √(variance + epsilon) · weight + bias of one row.
  public static func layerNorm(_ x: [Double], weight: [Float], bias: [Float]?, epsilon: Float) -> [Double] {
    let mean = x.reduce(0, +) / Double(x.count)
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
    let scale = 1 / (variance + Double(epsilon)).squareRoot()
    return x.indices.map { (x[$0] - mean) * scale * Double(weight[$0]) + Double(bias?[$0] ?? 0) }
  }

  /// x / √(mean of x² + epsilon) · weight of one row.
  public static func rmsNorm(_ x: [Double], weight: [Float], epsilon: Float) -> [Double] {
    let square = x.reduce(0) { $0 + $1 * $1 } / Double(x.count)
    let scale = 1 / (square + Double(epsilon)).squareRoot()
    return zip(x, weight).map { $0 * scale * Double($1) }
  }

  public static func geluTanh(_ x: Double) -> Double {
    x / (1 + exp(-2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
  }

  public static func geluErf(_ x: Double) -> Double { x / 2 * erfc(-x / 2.squareRoot()) }

  public static func silu(_ x: Double) -> Double { x / (1 + exp(-x)) }

  /// exp(x − max) / Σ of one row.
  public static func softmax(_ x: [Double]) -> [Double] {
    let shift = x.max() ?? 0
    let e = x.map { exp($0 - shift) }
    let sum = e.reduce(0, +)
    return e.map { $0 / sum }
  }

  /// log Σ exp(x) of one row.
  public static func logSumExp(_ x: [Double]) -> Double {
    let shift = x.max() ?? 0
    return shift + log(x.reduce(0) { $0 + exp($1 - shift) })
  }

  /// One head's attention of one query over the keys and values that it sees.
  ///
  /// - Shape: `query` `[width]`, `keys` and `values` `[seen][width]`, result `[width]`.
  public static func attention(query: [Double], keys: [[Double]], values: [[Double]], scale: Double)
    -> [Double]
  {
    let weights = softmax(keys.map { key in zip(query, key).reduce(0) { $0 + $1.0 * $1.1 } * scale })
    var result = [Double](repeating: 0, count: query.count)
    for (weight, value) in zip(weights, values) {
      for i in result.indices { result[i] += weight * value[i] }
    }
    return result
  }
}

import Foundation
public import Models
public import TensorCore

/// GPT in float64, written for reading: the definition that the fast model is tested against.
///
/// One sequence at a time, no padding, no cache; every sum in the order in which the paper writes it.
public struct ReferenceGPT {
  private let settings: GPT.Configuration
  private let parameters: [String: [Double]]

  /// - Parameter parameters: Whole tensors under their checkpoint paths.
  public init(_ settings: GPT.Configuration, parameters: [String: Tensor]) {
    self.settings = settings
    self.parameters = parameters.mapValues { $0.floats.map(Double.init) }
  }

  /// Logits `[T][V]` after each of `ids`.
  public func logits(_ ids: [Int32]) -> [[Double]] {
    let embedding = parameters["wte"]!
    return hidden(ids).map { row in
      let normalised = norm(row, "ln_f")
      return (0..<settings.vocabularySize).map { id in
        dot(normalised, embedding[id * settings.width..<(id + 1) * settings.width])
      }
    }
  }

  /// Log-probability in nats of each id after the first, given all before it: `[T - 1]`.
  public func logProbabilities(_ ids: [Int32]) -> [Double] {
    zip(logits(ids), ids.dropFirst()).map { logits, id in
      let largest = logits.max()!
      return logits[Int(id)] - largest - log(logits.reduce(0) { $0 + exp($1 - largest) })
    }
  }

  private func hidden(_ ids: [Int32]) -> [[Double]] {
    let width = settings.width
    var rows = ids.enumerated().map { position, id in
      var row = Array(parameters["wte"]![Int(id) * width..<(Int(id) + 1) * width])
      if !settings.rope {
        row = add(row, Array(parameters["wpe"]![position * width..<(position + 1) * width]))
      }
      return row
    }
    for layer in 0..<settings.layers {
      let path = "blocks_\(layer)"
      let attended = attention(rows.map { norm($0, path + "/ln_1") }, path + "/attn")
      rows = zip(rows, attended).map(add)
      rows = rows.map { add($0, mlp(norm($0, path + "/ln_2"), path + "/mlp")) }
    }
    return rows
  }

  private func attention(_ rows: [[Double]], _ path: String) -> [[Double]] {
    let (heads, width) = (settings.block.attention.heads, settings.width)
    let headWidth = width / heads
    let projected = rows.map { linear($0, path + "/c_attn") }
    func head(_ row: Int, _ part: Int, _ head: Int) -> [Double] {
      let start = part * width + head * headWidth
      let values = Array(projected[row][start..<start + headWidth])
      return settings.rope && part < 2 ? rotated(values, position: row) : values
    }
    return rows.indices.map { row in
      let mixed = (0..<heads).flatMap { index -> [Double] in
        let query = head(row, 0, index)
        let scores = (0...row).map { dot(query, head($0, 1, index)[...]) / Double(headWidth).squareRoot() }
        let largest = scores.max()!
        let weights = scores.map { exp($0 - largest) }
        let sum = weights.reduce(0, +)
        return (0...row).reduce(into: [Double](repeating: 0, count: headWidth)) { result, key in
          result = add(result, head(key, 2, index).map { $0 * weights[key] / sum })
        }
      }
      return linear(mixed, path + "/c_proj")
    }
  }

  private func rotated(_ values: [Double], position: Int) -> [Double] {
    let half = values.count / 2
    return values.indices.map { index in
      let pair = index % half
      let angle = Double(position) * pow(10_000, -Double(2 * pair) / Double(values.count))
      return index < half
        ? values[pair] * cos(angle) - values[pair + half] * sin(angle)
        : values[pair + half] * cos(angle) + values[pair] * sin(angle)
    }
  }

  private func mlp(_ row: [Double], _ path: String) -> [Double] {
    let hidden = linear(row, path + "/c_fc").map { x in
      0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    }
    return linear(hidden, path + "/c_proj")
  }

  private func norm(_ row: [Double], _ path: String) -> [Double] {
    let count = Double(row.count)
    let mean = row.reduce(0, +) / count
    let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    let scale = 1 / (variance + settings.block.norm.epsilon).squareRoot()
    let bias = parameters[path + "/bias"]
    return row.indices.map { (row[$0] - mean) * scale * parameters[path + "/weight"]![$0] + (bias?[$0] ?? 0) }
  }

  private func linear(_ row: [Double], _ path: String) -> [Double] {
    let kernel = parameters[path + "/kernel"]!
    let outputs = kernel.count / row.count
    var result = parameters[path + "/bias"] ?? Array(repeating: 0, count: outputs)
    for (input, value) in row.enumerated() {
      for output in 0..<outputs { result[output] += value * kernel[input * outputs + output] }
    }
    return result
  }

  private func add(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map(+) }
  private func dot(_ a: [Double], _ b: ArraySlice<Double>) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

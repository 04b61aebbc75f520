import Foundation
import Models
import ModelsTesting
import TensorCore
import Training
import Weights

/// Steps of training: forward, backward, clipping, AdamW. What a trainer adds, data, schedules, accumulation, checkpoints, is not
/// measured.
struct TrainBenchmark {
  private let model: GPT
  private let parameters: [ReadParameter]
  private let settings: GPT.Configuration
  private let batch: Int
  private var optimizer = AdamW()
  private var step = 0

  init(weights path: String, _ words: some Sequence<String>) throws {
    var values: [String: String] = [:]
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1)
      values[String(parts[0])] = parts.last.map(String.init)
    }
    func number(_ name: String) throws -> Int {
      guard let number = values[name].flatMap({ Int($0) }), number > 0 else {
        throw ModelError(
          .outOfRange(key: name, found: "'\(values[name] ?? "")'", expected: "a positive number"))
      }
      return number
    }
    var settings = GPT.Configuration()
    try settings.setSizes(
      layers: number("layers"), width: number("width"), heads: number("heads"), blockSize: number("block"),
      vocabularySize: number("vocabulary"))
    settings.setBias(values["bias"] == "true")
    settings.setRope(false)
    settings.types.activation = values["mode"] == "bfloat16" ? .bfloat16 : .float32
    batch = try number("batch")
    let file = try openWeights(path)
    // Copies: what an optimiser changes in place is not the file.
    let tensors = try file.names.map { name in
      let tensor = try file.tensor(named: name)
      return (name, Tensor(tensor.floats, shape: tensor.shape))
    }
    let reader = ParameterReader(
      MemorySource(Dictionary(uniqueKeysWithValues: tensors)), rules: GPT.sharding)
    model = try GPT(settings, parameters: reader)
    try reader.finish()
    parameters = reader.parameters
    self.settings = settings
  }

  /// Makes `steps` steps; a line of JSON with their seconds, those of all threads, the last loss, and the most bytes that
  /// were resident.
  mutating func train(_ steps: Int) throws -> String {
    let batches = (step..<step + steps).map(tokens)
    step += steps
    var loss = 0.0
    let worked = clock()
    let seconds = try ContinuousClock().measure {
      for (ids, targets) in batches {
        let entropy = try model.crossEntropy(ids, targets: targets, tape: Tape())
        var gradients = Gradients()
        entropy.backpropagate(scale: 1 / Float(entropy.count), into: &gradients)
        optimizer.update(parameters, by: gradients, rate: 1e-3)
        loss = entropy.mean
      }
    }
    let cpu = Double(clock() - worked) / Double(CLOCKS_PER_SEC)
    return
      "{\"seconds\": \(seconds / .seconds(1)), \"cpu\": \(cpu), \"loss\": \(loss), \"peak\": \(try Self.peakBytes())}"
  }

  /// Ids and the targets after them: a rule with some chance in it, that of `Tools/bench-train/worker.py`.
  private func tokens(ofStep step: Int) -> (ids: TokenBatch, targets: TokenBatch) {
    var state = step + 1
    let rows = (0..<batch).map { row in
      var ids = [Int32((step * batch + row) % settings.vocabularySize)]
      for _ in 0..<settings.blockSize {
        state = (state * 1_103_515_245 + 12345) % (1 << 31)
        ids.append(Int32((Int(ids.last!) * 5 + 17 + (state >> 16) % 4) % settings.vocabularySize))
      }
      return ids
    }
    return (TokenBatch(rows.map { Array($0.dropLast()) }), TokenBatch(rows.map { Array($0.dropFirst()) }))
  }

  private static func peakBytes() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
    return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) << 10
  }
}

import Basics
import Foundation
import TensorCore
import Testing

@testable import Evaluations

@Suite("Sampling")
struct SamplingTests {
  /// A distribution, and what transformers leaves of it; see `Tools/make-references/samplers.py`.
  private struct Case: Decodable {
    var logits: [Float]
    var prompt: [Int32]
    var written: [Int32]
    var temperature: Double
    var topP: Double
    var rules: SamplingRules
    var expected: [[Double]]

    private enum CodingKeys: String, CodingKey {
      case logits, prompt, written, temperature, rules, expected
      case topP = "top_p"
    }
  }

  @Test("Filters and penalties leave the distribution that transformers leaves")
  func peer() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appending(path: "Fixtures/samplers.json"))
    for (index, own) in try JSONDecoder().decode([Case].self, from: data).enumerated() {
      var history = TokenHistory(prompt: own.prompt)
      for id in own.written { history.append(id) }
      let sampling = Sampling(
        temperature: own.temperature, topP: own.topP, seed: 0, sample: 0, rules: own.rules)
      let found = sampling.distribution(own.logits, after: history).sorted { $0.id < $1.id }
      #expect(found.map(\.id) == own.expected.map { Int($0[0]) }, "case \(index)")
      let worst = zip(found, own.expected).map { abs($0.probability - $1[1]) }.max() ?? .infinity
      #expect(worst <= 1e-6, "case \(index): \(worst)")
    }
  }

  @Test("The id that is drawn is the one that the definition draws by sorting all")
  func definition() {
    var random = SystemRandomNumberGenerator()
    for trial in 0..<300 {
      // Few different logits, so that many weights are equal; some without any probability.
      let logits = (0..<200).map { _ in
        Float.random(in: 0..<1, using: &random) < 0.1
          ? -.infinity : Float(Int.random(in: -20..<20, using: &random)) / 3
      }
      let topP = [0.3, 0.9, 0.9999, 1][trial % 4]
      let sampling = Sampling(
        temperature: [0.5, 1, 3][trial % 3], topP: topP, seed: 7, sample: UInt64(trial))
      let largest = Double(logits.max()!)
      let weights = logits.map { exp((Double($0) - largest) / sampling.temperature) }
      let sorted = weights.indices.sorted { (-weights[$0], $0) < (-weights[$1], $1) }
      var (kept, sum, total) = ([Int](), 0.0, weights.reduce(0, +))
      for id in sorted where kept.isEmpty || sum < topP * total {
        sum += weights[id]
        kept.append(id)
      }
      if topP == 1 { kept = Array(weights.indices) }
      total = kept.reduce(0) { $0 + weights[$1] }
      let target = Self.uniform(sampling, position: 5) * total
      sum = 0
      let expected = kept.first { id in
        sum += weights[id]
        return sum > target
      }
      #expect(Int(sampling.choose(from: logits, position: 5)) == expected ?? kept.last, "trial \(trial)")
    }
  }

  private static func uniform(_ sampling: Sampling, position: Int) -> Double {
    Double(sampling.key(at: position).uniforms(1)[0])
  }

  @Test("The descending order is that of a sort, as far as it is asked for")
  func order() {
    var random = SystemRandomNumberGenerator()
    for fall in [0, 1, 9, 300] {
      let weights =
        [1.0] + (0..<300).map { _ in exp2(-Double(Int.random(in: 0...fall, using: &random) * 4)) } + [0, 0]
      let sorted = weights.indices.sorted { (-weights[$0], $0) < (-weights[$1], $1) }
      for count in [1, 7, weights.count] {
        var order = DescendingOrder()
        #expect((0..<count).map { order.id(at: $0, of: weights) } == sorted.prefix(count).map(Optional.some))
        #expect(order.id(at: weights.count, of: weights) == nil)
      }
    }
  }

  @Test("A penalty changes a greedy choice, and rules of drawing do not")
  func greedy() {
    let logits: [Float] = [1, 3, 2.9, -1]
    var history = TokenHistory(prompt: [1])
    var sampling = Sampling.greedy
    (sampling.rules.topK, sampling.rules.minP) = (2, 0.5)
    #expect(sampling.isGreedy && sampling.simplified == .greedy)
    #expect(sampling.choose(from: logits, after: history, position: 0) == 1)
    sampling.rules.repetitionPenalty = 1.1
    #expect(!sampling.isGreedy && sampling.simplified.rules.active.map(\.name) == ["repetition_penalty"])
    #expect(sampling.choose(from: logits, after: history, position: 0) == 2)
    sampling.rules.repetitionPenalty = 1
    sampling.rules.presencePenalty = 0.2
    #expect(sampling.choose(from: logits, after: history, position: 0) == 1, "a prompt was not written")
    history.append(1)
    #expect(sampling.choose(from: logits, after: history, position: 0) == 2)
  }

  @Test("Requests differ by the rules that change their answer, and by no others")
  func bytes() {
    func bytes(_ temperature: Double, _ change: (inout SamplingRules) -> Void = { _ in }) -> [UInt8] {
      var sampling = Sampling(temperature: temperature, topP: 1, seed: 1, sample: 2)
      change(&sampling.rules)
      return Request.generate(GenerateRequest(prompt: [1], limit: 3, stops: [], sampling: sampling)).bytes
    }
    #expect(bytes(0) == bytes(0) { $0.topK = 3 } && bytes(1) == bytes(1) { $0.topK = -1 })
    let changes: [(inout SamplingRules) -> Void] = [
      { $0.topK = 3 }, { $0.topK = 4 }, { $0.minP = 0.1 }, { $0.repetitionPenalty = 1.2 },
      { $0.presencePenalty = 1 },
      { $0.frequencyPenalty = 1 },
    ]
    #expect(Set([bytes(1)] + changes.map { bytes(1, $0) }).count == 7)
    #expect(Set([bytes(0)] + changes.map { bytes(0, $0) }).count == 4)
  }
}

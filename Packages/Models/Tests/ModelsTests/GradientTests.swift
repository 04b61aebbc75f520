import Foundation
import ModelsTesting
import TensorCore
import Testing

@testable import Models

@Suite("gradients of a GPT")
struct GradientTests {
  private let ids: [Int32] = [3, 17, 0, 36, 5, 5, 29, 11, 2, 30, 8]
  private let targets: [Int32] = [17, 0, 36, 5, -1, 29, 11, 2, 30, 8, 1]

  /// The mean loss in float64.
  private func loss(_ settings: GPT.Configuration, _ parameters: [String: Tensor]) -> Double {
    let logits = ReferenceGPT(settings, parameters: parameters).logits(ids)
    let terms = zip(logits, targets).filter { $0.1 >= 0 }.map { row, target in
      let largest = row.max()!
      return largest + log(row.reduce(0) { $0 + exp($1 - largest) }) - row[Int(target)]
    }
    return terms.reduce(0, +) / Double(terms.count)
  }

  /// Central differences along the gradient found and along random directions of each parameter.
  ///
  /// A parameter is moved by float32 numbers, so the step is what they were rounded to; a step of 1e-3 in a gradient of
  /// order one leaves h² / 6 of a third derivative of order one, and the gradient's own float32 rounding is smaller.
  @Test("The gradients of a GPT agree with central differences in float64", arguments: Variant.allCases)
  func agreeWithDifferences(variant: Variant) throws {
    let settings = variant.settings
    let values = TinyGPT.parameters(settings)
    let reader = ParameterReader(MemorySource(values), rules: GPT.sharding)
    let model = try GPT(settings, parameters: reader)
    let tape = Tape()
    let found = try model.crossEntropy(TokenBatch([ids]), targets: TokenBatch([targets]), tape: tape)
    #expect(abs(found.mean - loss(settings, values)) < 1e-5)
    var gradients = Gradients()
    found.backpropagate(scale: 1 / Float(found.count), into: &gradients)
    var random = RandomKey(seed: 4)
    for parameter in reader.parameters {
      let gradient = try #require(gradients[parameter.parameter]?.floats, "\(parameter.path)")
      let value = values[parameter.path]!
      random = random.folded(1)
      let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let directions = [gradient.map { $0 / norm }, random.normals(value.count)]
      for direction in directions {
        let size = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
        func moved(_ step: Float) -> (loss: Double, values: [Float]) {
          let there = zip(value.floats, direction).map { $0 + step / size * $1 }
          let tensor = Tensor(there, shape: value.shape)
          return (loss(settings, values.merging([parameter.path: tensor]) { $1 }), there)
        }
        let (up, down) = (moved(1e-3), moved(-1e-3))
        let expected = zip(zip(up.values, down.values), gradient).reduce(0.0) {
          $0 + (Double($1.0.0) - Double($1.0.1)) * Double($1.1)
        }
        #expect(abs(up.loss - down.loss - expected) < 2e-8 + 1e-4 * abs(expected), "\(parameter.path)")
      }
    }
    #expect(reader.parameters.map(\.path).sorted() == values.keys.sorted())
  }

  @Test("Recording changes no bit, and dropout has a gradient")
  func recordingIsInvisible() throws {
    let settings = TinyGPT.settings { $0.setDropout(0.3) }
    let model = try makeGPT(settings, TinyGPT.parameters(settings))
    let (batch, wanted) = (TokenBatch([ids, ids]), TokenBatch([targets, targets]))
    for key in [nil, RandomKey(seed: 2)] {
      let plain = try model.crossEntropy(batch, targets: wanted, dropoutKey: key)
      let recorded = try model.crossEntropy(batch, targets: wanted, dropoutKey: key, tape: Tape())
      #expect(plain.sum == recorded.sum)
    }
  }

  /// Sums of the same terms in another order: of the order of 1e-7 of what is added.
  @Test("What dropout drops of a sequence depends on its number, not on other sequences or padding")
  func dropoutOfSequences() throws {
    let settings = TinyGPT.settings { $0.setDropout(0.3) }
    let reader = ParameterReader(MemorySource(TinyGPT.parameters(settings)), rules: GPT.sharding)
    let model = try GPT(settings, parameters: reader)
    func learn(_ parts: [(rows: [[Int32]], targets: [[Int32]], mask: [[Bool]]?, first: Int)]) throws
      -> (loss: Double, gradients: [Float])
    {
      var (gradients, loss) = (Gradients(), 0.0)
      for part in parts {
        let found = try model.crossEntropy(
          TokenBatch(part.rows), targets: TokenBatch(part.targets),
          paddingMask: part.mask.map(PaddingMask.init),
          dropoutKey: RandomKey(seed: 2), firstSequence: part.first, tape: Tape())
        loss += found.sum
        found.backpropagate(scale: 1, into: &gradients)
      }
      return (loss, try reader.parameters.flatMap { try #require(gradients[$0.parameter]).floats })
    }
    let short = (ids: Array(ids.dropLast(2)), targets: Array(targets.dropLast(2)))
    let padded = (ids: [0, 0] + short.ids, targets: [-1, -1] + short.targets)
    let mask = [false, false] + short.ids.map { _ in true }
    let whole = try learn([
      (
        [ids, padded.ids, ids], [targets, padded.targets, targets],
        [ids.map { _ in true }, mask, ids.map { _ in true }], 4
      )
    ])
    let cut = try learn([
      ([ids], [targets], nil, 6), ([short.ids], [short.targets], nil, 5), ([ids], [targets], nil, 4),
    ])
    #expect(abs(whole.loss - cut.loss) < 1e-9 * whole.loss)
    let largest = whole.gradients.map(abs).max() ?? 0
    #expect(zip(whole.gradients, cut.gradients).allSatisfy { abs($0 - $1) < 1e-6 * largest })
    let other = try learn([
      ([ids, short.ids + [0, 0], ids], [targets, short.targets + [-1, -1], targets], nil, 0)
    ])
    #expect(abs(whole.loss - other.loss) > 1e-3 * whole.loss)
  }

  /// Wide enough for several tiles and panels, and long enough for two runs of rows.
  @Test(
    "The gradients of a GPT have the same bits on one, two and three threads", arguments: ComputeMode.allCases
  )
  func threads(mode: ComputeMode) throws {
    let settings = TinyGPT.settings {
      $0.setSizes(layers: 2, width: 72, heads: 3, blockSize: 300, vocabularySize: 150)
      $0.types.activation = mode == .float32 ? .float32 : .bfloat16
    }
    let values = TinyGPT.parameters(settings)
    let rows = (0..<2).map { row in (0..<300).map { Int32(($0 * 37 + row) % 150) } }
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.setThreadCount(before) }
    func gradients(threads: Int) throws -> [[UInt32]] {
      ThreadPool.setThreadCount(threads)
      let reader = ParameterReader(MemorySource(values), rules: GPT.sharding)
      let model = try GPT(settings, parameters: reader)
      var gradients = Gradients()
      for _ in 0..<2 {  // the second adds to the first
        try model.crossEntropy(
          TokenBatch(rows), targets: TokenBatch(rows.map { $0.reversed() }), tape: Tape()
        )
        .backpropagate(scale: 0.01, into: &gradients)
      }
      return try reader.parameters.map { parameter in
        try #require(gradients[parameter.parameter]).floats.map(\.bitPattern)
      }
    }
    let expected = try gradients(threads: 1)
    #expect(try gradients(threads: 2) == expected)
    #expect(try gradients(threads: 3) == expected)
  }

  @Test("Padding has no gradient")
  func padding() throws {
    let settings = Variant.rotary.settings
    let values = TinyGPT.parameters(settings)
    func gradient(_ ids: [Int32], _ targets: [Int32], _ mask: [Bool]?) throws -> [Float] {
      let reader = ParameterReader(MemorySource(values), rules: GPT.sharding)
      let model = try GPT(settings, parameters: reader)
      let loss = try model.crossEntropy(
        TokenBatch([ids]), targets: TokenBatch([targets]), paddingMask: mask.map { PaddingMask([$0]) },
        tape: Tape())
      var gradients = Gradients()
      loss.backpropagate(scale: 1, into: &gradients)
      return reader.parameters.flatMap { gradients[$0.parameter]!.floats }
    }
    let padded = try gradient(
      [9, 9] + ids, [4, -1] + targets, [false, false] + ids.map { _ in true })
    #expect(try gradient(ids, targets, nil) == padded)
  }
}

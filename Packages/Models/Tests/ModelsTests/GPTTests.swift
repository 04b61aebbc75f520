import ModelsTesting
import TensorCore
import Testing

@testable import Models

/// Settings that between them switch everything a GPT can have.
enum Variant: String, CaseIterable, CustomTestStringConvertible {
  case rotary, learnedPositions, withoutBias, oddHidden, oneLayerManyHeads

  var settings: GPT.Configuration {
    TinyGPT.settings { settings in
      switch self {
      case .rotary: break
      case .learnedPositions: settings.setRope(false)
      case .withoutBias:
        settings.setBias(false)
        settings.setRope(false)
      case .oddHidden: settings.block.mlp.intermediateSize = 27
      case .oneLayerManyHeads:
        settings.setSizes(layers: 1, width: 24, heads: 12, blockSize: 24, vocabularySize: 41)
      }
    }
  }

  var testDescription: String { rawValue }
}

func makeGPT(_ settings: GPT.Configuration, _ parameters: [String: Tensor]) throws -> GPT {
  let reader = ParameterReader(MemorySource(parameters), rules: GPT.sharding)
  let model = try GPT(settings, parameters: reader)
  try reader.finish()
  return model
}

@Suite("GPT")
struct GPTTests {
  private let ids: [Int32] = [3, 17, 0, 36, 5, 5, 29, 11, 2, 30, 8]

  /// Two layers of float32 products over inner dimensions of at most 64, on values of order one: a few dozen rounding
  /// steps of 2^-24 relative to logits of order ten.
  @Test("A GPT agrees with an evaluation in float64", arguments: Variant.allCases)
  func agreesWithFloat64(variant: Variant) throws {
    let parameters = TinyGPT.parameters(variant.settings)
    let model = try makeGPT(variant.settings, parameters)
    let logits = try model(TokenBatch([ids])).logits.floats
    let reference = ReferenceGPT(variant.settings, parameters: parameters).logits(ids).flatMap { $0 }
    #expect(logits.count == reference.count)
    let worst = zip(logits, reference).map { abs(Double($0) - $1) }.max() ?? .infinity
    #expect(worst < 2e-5)
  }

  @Test("Padding does not change a real token's logits", arguments: Variant.allCases, [true, false])
  func paddingIsInvisible(variant: Variant, left: Bool) throws {
    let model = try makeGPT(variant.settings, TinyGPT.parameters(variant.settings))
    let plain = try model(TokenBatch([ids])).logits
    let filler = [Int32](repeating: 1, count: 7)
    let isFiller = [Bool](repeating: false, count: 7)
    let isReal = [Bool](repeating: true, count: ids.count)
    let other = [Int32](repeating: 9, count: ids.count + 7)
    let padded = try model(
      TokenBatch([left ? filler + ids : ids + filler, other]),
      paddingMask: PaddingMask([
        left ? isFiller + isReal : isReal + isFiller, [Bool](repeating: true, count: other.count),
      ])
    ).logits.reshaped([2 * other.count, model.vocabularySize])
    let first = left ? 7 : 0
    #expect(padded.rows(first..<first + ids.count).floats == plain.floats)
  }

  @Test("A row's bits do not depend on the other rows in the batch")
  func otherRowsAreInvisible() throws {
    let settings = Variant.rotary.settings
    let model = try makeGPT(settings, TinyGPT.parameters(settings))
    let alone = try model(TokenBatch([ids])).logits.floats
    for batch in [2, 5, 13] {
      let together = try model(TokenBatch(Array(repeating: ids, count: batch))).logits
      for row in 0..<batch {
        #expect(together.rows(row..<row + 1).floats == alone)
      }
    }
  }

  @Test("Continuing a cached sequence gives the bits of one pass", arguments: Variant.allCases, [1, 4, 10])
  func cachedEqualsUncached(variant: Variant, cut: Int) throws {
    let model = try makeGPT(variant.settings, TinyGPT.parameters(variant.settings))
    func pass(_ sequence: CachedSequence, _ part: ArraySlice<Int32>) throws -> [Float] {
      let segment = sequence.extend(by: part.count, firstRow: 0)
      let pass = ForwardPass(segments: [segment], pages: sequence.pages, mode: model.mode)
      return try model.unembed(model.rows(Array(part), pass), pass).floats
    }
    let whole = try pass(CachedSequence(in: model.makeCache()), ids[...])
    let sequence = CachedSequence(in: model.makeCache())
    let parts = try pass(sequence, ids[..<cut]) + pass(sequence, ids[cut...])
    #expect(parts == whole)
  }

  @Test("The loss is the mean over targets that are not -1")
  func loss() throws {
    let settings = Variant.rotary.settings
    let parameters = TinyGPT.parameters(settings)
    let model = try makeGPT(settings, parameters)
    let targets = Array(ids.dropFirst()) + [-1]
    let loss = try #require(try model(TokenBatch([ids]), targets: TokenBatch([targets])).loss)
    let reference = ReferenceGPT(settings, parameters: parameters).logProbabilities(ids)
    #expect(abs(Double(loss) + reference.reduce(0, +) / Double(reference.count)) < 1e-5)
    let ignored = [Int32](repeating: -1, count: ids.count)
    #expect(try model(TokenBatch([ids]), targets: TokenBatch([ignored])).loss == 0)
  }

  @Test("Dropout acts only when asked, and repeats with its key")
  func dropout() throws {
    let settings = TinyGPT.settings { $0.setDropout(0.3) }
    let parameters = TinyGPT.parameters(settings)
    let model = try makeGPT(settings, parameters)
    let plain = try makeGPT(TinyGPT.settings(), parameters)
    func dropped(_ seed: UInt64) throws -> [Float] {
      try model(TokenBatch([ids]), deterministic: false, dropoutKey: RandomKey(seed: seed)).logits.floats
    }
    let still = try plain(TokenBatch([ids])).logits.floats
    #expect(try model(TokenBatch([ids]), deterministic: true).logits.floats == still)
    #expect(try dropped(1) == dropped(1))
    #expect(try dropped(1) != dropped(2))
    #expect(try dropped(1) != still)
  }

  @Test("A call without a key drops anew unless it is deterministic, and without a rate nothing is dropped")
  func dropoutByDefault() throws {
    let settings = TinyGPT.settings { $0.setDropout(0.3) }
    let model = try makeGPT(settings, TinyGPT.parameters(settings))
    let batch = TokenBatch([ids])
    #expect(try model(batch).logits.floats != model(batch).logits.floats)
    #expect(try model.embed(batch).floats != model.embed(batch).floats)
    let embedded = try model.embed(batch, deterministic: true)
    #expect(try model.decode(embedded).floats != model.decode(embedded).floats)
    let plain = try makeGPT(TinyGPT.settings(), TinyGPT.parameters(settings))
    #expect(try plain(batch).logits.floats == plain(batch, deterministic: true).logits.floats)
  }

  /// The last is below 1 and is 1 in float32.
  @Test("A rate of dropout that is none is refused", arguments: [1, -0.1, .nan, 2, 1 - 1e-12])
  func badDropout(rate: Double) throws {
    for place in [\GPT.Configuration.dropout, \.block.attention.dropout, \.block.mlp.dropout] {
      let settings = TinyGPT.settings { $0[keyPath: place] = rate }
      let error = #expect(throws: ModelError.self) {
        try makeGPT(settings, TinyGPT.parameters(TinyGPT.settings()))
      }
      #expect(error?.key == "architecture/dropout" && error?.found == "\(Float(rate))")
    }
  }

  @Test("Scores without logits equal the log-softmax of the logits")
  func scoresEqualLogits() throws {
    let settings = Variant.learnedPositions.settings
    let parameters = TinyGPT.parameters(settings)
    let model = try makeGPT(settings, parameters)
    let sequence = CachedSequence(in: model.makeCache())
    let segment = sequence.extend(by: ids.count - 1, firstRow: 0)
    let pass = ForwardPass(segments: [segment], pages: sequence.pages, mode: model.mode)
    let hidden = try model.rows(Array(ids.dropLast()), pass)
    let scores = try model.score(hidden, targets: TargetLists(ids.dropFirst().map { [$0] }), pass)
    let reference = ReferenceGPT(settings, parameters: parameters).logProbabilities(ids)
    for (found, expected) in zip(scores.targetLogProbabilities, reference) {
      #expect(abs(Double(found) - expected) < 1e-5)
    }
  }

  @Test("Ids outside the vocabulary and sequences beyond the block are errors")
  func badIDs() throws {
    let model = try makeGPT(Variant.rotary.settings, TinyGPT.parameters(Variant.rotary.settings))
    #expect(
      throws: TokenError(.outside(id: 37, row: 1, position: 0, vocabularySize: 37))
    ) {
      try model(TokenBatch([[1], [37]]))
    }
    #expect(throws: TokenError.tooLong(25, blockSize: 24)) {
      try model(TokenBatch([[Int32](repeating: 0, count: 25)]))
    }
    #expect(
      throws: TokenError(.outside(id: -2, row: 0, position: 0, vocabularySize: 37))
    ) {
      try model(TokenBatch([[1]]), targets: TokenBatch([[-2]]))
    }
  }

  @Test("A GPT lists each of its parts once, depth first, both attentions among them")
  func gather() {
    #expect(
      GPT.gather().map { "\($0)" } == [
        "GPT", "Block", "LayerNorm", "SelfAttention", "RotaryAttention", "MLP",
      ])
  }

  @Test("A GPT records what a pass asks for")
  func intermediates() throws {
    let model = try makeGPT(Variant.rotary.settings, TinyGPT.parameters(Variant.rotary.settings))
    let sequence = CachedSequence(in: model.makeCache())
    let sink = Intermediates()
    let pass = ForwardPass(
      segments: [sequence.extend(by: 2, firstRow: 0)], pages: sequence.pages, mode: model.mode,
      intermediates: sink)
    let rows = try model.rows([1, 2], pass)
    #expect(sink.entries.map(\.name) == ["embedding", "blocks_0", "blocks_1"])
    #expect(sink["blocks_1"]?.floats == rows.floats)
    #expect(GPT.plot(sink).keys.sorted() == ["residual_norm"])
  }
}

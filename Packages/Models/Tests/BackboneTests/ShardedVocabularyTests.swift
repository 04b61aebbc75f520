import ModelsTesting
import Sharding
import TensorCore
import Testing

@testable import Models

/// Vocabularies that lie on several ranks say what a whole one says.
@Suite("Sharded vocabulary")
struct ShardedVocabularyTests {
  /// The join alone, on logits that are the same bits: what is exact must be equal, ties across ranks too.
  @Test("Shards of a vocabulary join their scores to those of the whole", arguments: [1, 2, 4])
  func joining(shards: Int) {
    let (rows, width, size) = (40, 6, 128)
    let key = RandomKey(seed: 3)
    var table = key.normals(size * width)
    for column in 0..<width {  // equal logits, often the largest
      table[20 * width + column] *= 3
      table[100 * width + column] = table[20 * width + column]
    }
    let x = Tensor(key.folded(1).normals(rows * width).map { 2 * $0 }, shape: [rows, width])
    let all = Tensor(table, shape: [size, width])
    let targets = TargetLists((0..<Int32(rows)).map { $0 % 5 == 0 ? [] : [$0 * 3 % 128, 20, 100] })
    func scores(_ ids: Range<Int>, _ targets: TargetLists) -> RowScores {
      PackedMatrix(all.rows(ids), orientation: .outputsByInner, mode: .float32).score(x, targets: targets)
    }
    let whole = scores(0..<size, targets)
    let parts = (0..<shards).map { rank in
      let ids = rank * size / shards..<(rank + 1) * size / shards
      let (own, places) = targets.within(ids)
      let part = VocabularyPart(
        scores(ids, own), places: places, targetCount: targets.ids.count, firstID: ids.lowerBound)
      return VocabularyPart(part.tensor, rowCount: rows, targetCount: targets.ids.count)
    }
    let joined = RowScores(joining: parts, targets: targets)
    #expect(joined.argmax == whole.argmax && joined.argmaxLogit == whole.argmaxLogit)
    #expect(joined.argmax.contains(20) && !joined.argmax.contains(100), "of equals the lowest id")
    #expect(joined.targetLogits == whole.targetLogits)
    // Each side within 72 u + u |itself| of exact, each part rounded once more: 2 (72 + 2 · 12) u with u = 2⁻²⁴.
    for (found, expected) in zip(joined.logSumExp, whole.logSumExp) {
      #expect(abs(found - expected) <= 192 * 0x1p-24)
    }
    for (found, expected) in zip(joined.targetLogProbabilities, whole.targetLogProbabilities) {
      #expect(abs(found - expected) <= 256 * 0x1p-24)
    }
  }

  @Test("A model with a sharded vocabulary gives the scores of one rank", arguments: [2, 4], [false, true])
  func models(shards: Int, isTied: Bool) throws {
    var llama = Llama.Configuration()
    llama.shape = shape()
    llama.rotary.width = llama.shape.headWidth
    llama.windows = [nil, 4]
    llama.tiedHead = isTied
    try expectAgreement(Llama.self, llama, shards: shards)
    var gemma = Gemma3.Configuration()
    gemma.shape = llama.shape
    gemma.localRotary.width = gemma.shape.headWidth
    gemma.globalRotary.width = gemma.shape.headWidth
    gemma.windows = [4, nil]
    gemma.tiedHead = isTied
    try expectAgreement(Gemma3.self, gemma, shards: shards)
    var gpt2 = GPT2.Configuration()
    gpt2.shape = llama.shape
    gpt2.tiedHead = isTied
    try expectAgreement(GPT2.self, gpt2, shards: shards)
    let gpt = TinyGPT.settings {
      $0.setSizes(layers: 2, width: 16, heads: 4, blockSize: 24, vocabularySize: 40)
      $0.setRope(isTied)
    }
    try expectAgreement(GPT.self, gpt, shards: shards)
  }

  @Test("A sharded vocabulary cannot be trained, and its size has to divide")
  func refusals() throws {
    var settings = Llama.Configuration()
    settings.shape = shape()
    settings.rotary.width = settings.shape.headWidth
    settings.windows = [nil, nil]
    let errors = try ThreadMesh.run(Mesh(batch: 1, shard: 2), patience: .seconds(60)) { [settings] rank in
      let model = try make(Llama.self, settings, rank)
      let (pass, sequence) = pass(of: model, rank, tape: Tape())
      defer { withExtendedLifetime(sequence) {} }
      do {
        _ = try model.rows(ids, pass)
        return nil as ModelError?
      } catch let error as ModelError { return error }
    }
    for error in errors { #expect(error?.kind == .shardedTraining(shards: 2)) }
    settings.shape.vocabularySize = 37
    let reader = ParameterReader(
      initializing: RandomKey(seed: 1), rules: rules(Llama.self), mesh: Mesh(batch: 1, shard: 2), rank: 0)
    _ = Llama(settings, parameters: reader)
    let error = #expect(throws: ParameterError.self) { try reader.finish() }
    let first = error?.unreadable.first
    #expect(first?.name == "embed_tokens/weight")
    guard case .placement(let cause) = first?.cause else {
      Issue.record(error ?? ParameterError())
      return
    }
    #expect(cause.reason == .uneven && cause.shards == 2)
  }

  private func shape() -> DecoderShape {
    var shape = DecoderShape()
    (shape.vocabularySize, shape.width, shape.layers, shape.hidden) = (40, 48, 2, 64)
    (shape.heads, shape.keyHeads, shape.headWidth, shape.blockSize) = (8, 8, 6, 32)
    return shape
  }

  /// As ``ShardedBackboneTests``: logits of about 1 within 2e-5; what is joined of them, within as much again.
  private func expectAgreement<Model: LanguageModel>(
    _ type: Model.Type, _ settings: Model.Configuration, shards: Int,
    location: SourceLocation = #_sourceLocation
  ) throws {
    let whole = try Outcome(type, settings, SoloCommunicator())
    #expect(Set(whole.scores.argmax).count > 1, "argmaxes worth comparing", sourceLocation: location)
    let outcomes = try ThreadMesh.run(Mesh(batch: 1, shard: shards), patience: .seconds(60)) { rank in
      try Outcome(type, settings, rank)
    }
    func close(_ a: [Float], _ b: [Float], _ bound: Float) -> Bool {
      a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= bound }
    }
    for outcome in outcomes {
      #expect(outcome == outcomes[0], "all ranks hold the same bits", sourceLocation: location)
      #expect(close(outcome.logits, whole.logits, 2e-5), sourceLocation: location)
      #expect(outcome.scores.argmax == whole.scores.argmax, sourceLocation: location)
      #expect(close(outcome.scores.logSumExp, whole.scores.logSumExp, 4e-5), sourceLocation: location)
      #expect(
        close(outcome.scores.targetLogProbabilities, whole.scores.targetLogProbabilities, 4e-5),
        sourceLocation: location)
      #expect(abs(outcome.loss - whole.loss) <= 4e-5 * Double(ids.count), sourceLocation: location)
    }
  }
}

private let ids: [Int32] = [3, 17, 0, 36, 5, 5, 29, 1, 30]

/// What a model says of one short sequence.
private struct Outcome: Equatable, Sendable {
  let logits: [Float]
  let scores: RowScores
  let loss: Double

  init<Model: LanguageModel>(
    _ type: Model.Type, _ settings: Model.Configuration, _ rank: any Communicator
  ) throws {
    let model = try make(type, settings, rank)
    let (pass, sequence) = pass(of: model, rank)
    defer { withExtendedLifetime(sequence) {} }
    let rows = try model.rows(ids, pass)
    logits = try model.unembed(rows, pass).floats
    scores = try model.score(rows, targets: TargetLists(ids.map { [$0, 39 - $0] }), pass)
    loss = try model.crossEntropy(rows, targets: ids.map { $0 == 0 ? -1 : $0 }, pass).sum
  }
}

private func rules<Model: LanguageModel>(_ type: Model.Type) -> [(LogicalAxis, MeshAxis?)] {
  var settings = ShardingSettings()
  settings.vocabulary = true
  return settings.rules(Model.sharding)
}

private func make<Model: LanguageModel>(
  _ type: Model.Type, _ settings: Model.Configuration, _ rank: any Communicator
) throws -> Model {
  let reader = ParameterReader(
    initializing: RandomKey(seed: 7), rules: rules(type), mesh: rank.mesh, rank: rank.rank)
  let model = try Model(settings, parameters: reader)
  try reader.finish()
  return model
}

private func pass(
  of model: some LanguageModel, _ rank: any Communicator, tape: Tape? = nil
) -> (ForwardPass, CachedSequence) {
  let sequence = CachedSequence(in: model.makeCache())
  let pass = ForwardPass(
    segments: [sequence.extend(by: ids.count, firstRow: 0)], pages: sequence.pages, mode: model.mode,
    communicator: rank, tape: tape)
  return (pass, sequence)
}

import Foundation
import Models
import ModelsTesting
import TensorCore
import Testing

@testable import Evaluations

@Suite("Models held against each other")
struct DivergenceEngineTests {
  private static let reference = Result { try RandomModel.gpt.make() }

  /// Scores of the second half of many sequences that share prefixes of all lengths.
  private static let asked: [ScoreRequest] = requests(count: 60, seed: 5).map { request in
    switch request {
    case .score(let request): request
    case .generate(let request): ScoreRequest(ids: request.prompt, from: request.prompt.count / 2)
    }
  }

  private func compare(
    _ candidates: [any LanguageModel], limits: [EngineLimits] = [EngineLimits(), EngineLimits()]
  ) throws -> RowComparison {
    let models = [try Self.reference.get()] + candidates
    func compared(_ model: some LanguageModel, _ limits: EngineLimits) -> ComparedModel {
      ComparedModel(model, limits: limits)
    }
    var all: [ComparedModel] = []
    for (model, limits) in zip(models, limits) { all.append(compared(model, limits)) }
    return try DivergenceEngine(reference: all[0], candidates: Array(all.dropFirst()))
      .compare(Self.asked)
  }

  @Test("Every row has the divergence of the models' own logits in float64")
  func exact() throws {
    let (reference, candidate) = (try Self.reference.get(), try RandomModel.neoX.make())
    let found = try compare([candidate])
    for (request, places) in zip(Self.asked, found.places) where !request.isEmpty {
      let (own, other) = (
        try reference.logProbabilities(request.ids), try candidate.logProbabilities(request.ids)
      )
      for (position, place) in zip(request.scored, places) {
        let (p, q) = (own[position - 1], other[position - 1])
        let divergence = zip(p, q).reduce(0) { $0 + exp($1.0) * ($1.0 - $1.1) }
        #expect(abs(found.candidates[0].divergence[place.row] - divergence) <= 1e-6 * divergence + 1e-13)
        let id = Int(request.ids[position])
        #expect(abs(found.reference.targetLogProbability[place.target] - p[id]) < 1e-12)
        #expect(abs(found.candidates[0].reading.targetLogProbability[place.target] - q[id]) < 1e-12)
        #expect(Int(found.candidates[0].reading.argmax[place.row]) == q.firstIndex(of: q.max()!))
      }
    }
  }

  @Test("Models whose forward passes differ give the same bits, and several candidates those of each alone")
  func bits() throws {
    let candidates = [try RandomModel.neoX.make(), try RandomModel.groupedLlama.make()]
    let alone = try candidates.map { try compare([$0]) }
    for limits in [
      [EngineLimits(), EngineLimits(rowsPerPass: 7), EngineLimits(rowsPerPass: 40, keyValueBytes: 0)],
      [EngineLimits(rowsPerPass: 3), EngineLimits(), EngineLimits(rowsPerPass: 100)],
    ] {
      let together = try compare(candidates, limits: limits)
      #expect(together.places == alone[0].places && together.reference == alone[0].reference)
      for (one, other) in zip(together.candidates, alone) {
        #expect(one.divergence == other.candidates[0].divergence)
        #expect(one.reading == other.candidates[0].reading)
      }
    }
  }

  @Test("A model does not diverge from itself, and its responses are those of a run")
  func itself() throws {
    let found = try compare([try Self.reference.get()])
    #expect(found.candidates[0].divergence.allSatisfy { $0 == 0 })
    let responses = found.responses(of: found.reference, to: Self.asked)
    let model = try Self.reference.get()
    func respond(_ model: some LanguageModel) throws -> [Response] {
      try Engine(model).respond(to: Self.asked.map(Request.score))
    }
    let computed = try respond(model)
    for (one, other) in zip(responses, computed) {
      #expect(one.tokenScores.map(\.argmax) == other.tokenScores.map(\.argmax))
      for (one, other) in zip(one.tokenScores, other.tokenScores) {
        #expect(abs(one.logProbability - other.logProbability) < 1e-5)
      }
    }
  }

  @Test("Logits that are not finite are named by model, request and position")
  func notFinite() throws {
    let settings = TinyGPT.settings {
      $0.setSizes(layers: 1, width: 16, heads: 4, blockSize: 192, vocabularySize: RandomModel.vocabularySize)
    }
    var parameters = TinyGPT.parameters(settings)
    for name in ["blocks_0/mlp/c_fc/kernel", "blocks_0/mlp/c_proj/kernel"] {
      let shape = try #require(parameters[name]).shape
      parameters[name] = Tensor(Array(repeating: 3e38, count: shape.reduce(1, *)), shape: shape)
    }
    let broken = try GPT.read(settings, from: MemorySource(parameters))
    let error = #expect(throws: NonFiniteLogits.self) { try compare([broken]) }
    #expect(error?.model == 1)
    let request = Self.asked[try #require(error?.request)]
    #expect(request.scored.contains(try #require(error?.position)))
  }
}

extension LanguageModel {
  /// Of each id of a sequence, ln of the distribution that follows, in float64 over the model's own logits.
  fileprivate func logProbabilities(_ ids: [Int32]) throws -> [[Double]] {
    let sequence = CachedSequence(in: makeCache())
    let pass = ForwardPass(
      segments: [sequence.extend(by: ids.count, firstRow: 0)], pages: sequence.pages, mode: mode)
    let logits = try unembed(rows(ids, pass), pass)
    return (0..<ids.count).map { row in
      let values = logits.rows(row..<row + 1).floats.map(Double.init)
      let largest = values.max()!
      let sum = largest + log(values.reduce(0) { $0 + exp($1 - largest) })
      return values.map { $0 - sum }
    }
  }
}

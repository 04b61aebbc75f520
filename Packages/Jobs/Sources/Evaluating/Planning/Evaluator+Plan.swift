import Basics
import Evaluations
public import Jobs
import Journals
import Models
import TensorCore

extension Evaluator {
  public func plan() throws -> CostEstimate {
    let model = try self.model
    let samples = try samples(blockSize: model.blockSize, vocabularySize: model.vocabularySize)
    let requests = samples.joined().flatMap(\.requests)
    let distinct = DistinctRequests(requests).requests
    let known = try journal(existing: true)?.responses(to: distinct) ?? [:]
    let open = CostEstimate.Work(distinct.indices.filter { known[$0] == nil }.map { distinct[$0] })
    let engine = try engine()
    let sequences = min(engine.limits.maxConcurrentSequences, distinct.count(where: \.isGenerated))
    let speeds = try Calibration(engine, model).speeds(sequences: sequences)
    let pages = model.makeCache()
    let held = Segment.pageCount(forPositions: open.longest) * pages.pageByteCount * max(sequences, 1)
    return CostEstimate(
      mode: model.mode.rawValue,
      evaluations: zip(evaluations, samples).map { evaluation, samples in
        (evaluation.name, Set(samples.map(\.document)).count, CostEstimate.Work(samples.flatMap(\.requests)))
      },
      together: CostEstimate.Work(requests), open: open,
      memory: CostEstimate.Memory(
        process: Machine.peakMemory, keysAndValues: min(held, engine.limits.keyValueBytes),
        keyValueBudget: engine.limits.keyValueBytes),
      speeds: speeds)
  }
}

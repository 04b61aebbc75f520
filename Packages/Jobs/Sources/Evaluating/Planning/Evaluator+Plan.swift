import Basics
import Evaluations
public import Jobs
import Journals
import Models
import TensorCore

extension Evaluator {
  public func plan() throws -> CostEstimate {
    let planner = try planner()
    let samples = try samples(blockSize: planner.blockSize, vocabularySize: planner.vocabularySize)
    let requests = samples.joined().flatMap(\.requests)
    let distinct = DistinctRequests(requests).requests
    let known = try planner.journal?.responses(to: distinct) ?? [:]
    let open = distinct.indices.filter { known[$0] == nil }.map { distinct[$0] }
    return CostEstimate(
      mode: planner.mode,
      evaluations: zip(evaluations, samples).map { evaluation, samples in
        (evaluation.name, Set(samples.map(\.document)).count, CostEstimate.Work(samples.flatMap(\.requests)))
      },
      together: CostEstimate.Work(requests), open: CostEstimate.Work(open),
      demand: try planner.demand(distinct, open))
  }

  /// What open requests take of the model on this machine.
  ///
  /// - Parameter all: Those that the journal has too.
  func demand(of all: [Request], open: [Request]) throws -> CostEstimate.Demand {
    let (model, engine) = (try self.model, try engine())
    let sequences = min(engine.limits.maxConcurrentSequences, all.count(where: \.isGenerated))
    let speeds = try Calibration(engine, model).speeds(sequences: sequences)
    let work = CostEstimate.Work(open)
    let pages = model.makeCache()
    let held = Segment.pageCount(forPositions: work.longest) * pages.pageByteCount * max(sequences, 1)
    let memory = CostEstimate.Memory(
      process: Machine.peakMemory, keysAndValues: min(held, engine.limits.keyValueBytes),
      keyValueBudget: engine.limits.keyValueBytes)
    return .machine(memory, seconds: speeds.seconds(work), speeds)
  }
}

/// What a plan needs to know of what would respond.
struct Planner {
  /// The longest sequence that is read.
  var blockSize: Int
  /// How many ids the model has; `nil` where it is not known.
  var vocabularySize: Int?
  var mode: String
  /// The journal, where there is one already.
  var journal: Journal?
  /// What the open of all different requests take.
  var demand: (_ all: [Request], _ open: [Request]) throws -> CostEstimate.Demand
}

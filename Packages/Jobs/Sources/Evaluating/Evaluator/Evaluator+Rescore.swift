import Evaluations
import Foundation
public import Jobs
import Models
import Runs
import TensorCore
import Tokenization

extension Evaluator {
  /// - Parameter folder: Where the run left its `results.json` and samples.
  /// - Throws: ``JobError`` where they are missing or damaged, or where this job asks what they do not answer.
  @discardableResult
  public func rescore(_ folder: String) throws -> [EvaluationResult] {
    try spec.checkWritable()
    let run = try StoredRun(folder: folder)
    var provenance = try run.finished().provenance
    guard provenance.tokenizer == tokenizer.identity else {
      throw JobError(
        .otherTokenizer(path: folder, expected: provenance.tokenizer, found: tokenizer.identity))
    }
    let responses = try RecordedResponses(run, evaluations: evaluations)
    let scored = try score(with: responses, blockSize: provenance.blockSize, vocabularySize: nil)
    let id = KeptRuns(spec).id(started: Date(), digest: digest(of: provenance.weights))
    let report = RunReport(
      started: Date(), seconds: 0, computed: 0, cacheHits: scored.reduce(0) { $0 + $1.samples.count },
      hardware: spec.hardware, threads: ThreadPool.shared.threadCount, model: run.model,
      checkpoint: run.result?.run.checkpoint, data: dataPath, id: id)
    (provenance.documents, provenance.sampling) = (documents, sampling.record)
    (provenance.python, provenance.programs) = (pythonRecord, programsRecord)
    (provenance.seed, provenance.version) = (options.seed, assayVersion)
    provenance.evaluations = evaluationRecords
    return try save(scored, provenance, report, as: id)
  }
}

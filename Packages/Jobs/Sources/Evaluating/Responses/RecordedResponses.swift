import Evaluations
import Jobs
import Runs

/// The responses that the samples of an earlier run hold.
struct RecordedResponses: ResponseSource {
  private let responses: [Request: Response]
  private let folder: String

  /// Reads the samples of evaluations in a finished run.
  ///
  /// - Throws: ``JobError`` for a file that is missing or that holds no samples.
  init(_ run: StoredRun, evaluations: [any Evaluation]) throws(JobError) {
    var responses: [Request: Response] = [:]
    for evaluation in evaluations {
      for sample in try run.samples(of: evaluation.name) {
        for exchange in sample.exchanges { responses[exchange.request] = exchange.response }
      }
    }
    self.responses = responses
    folder = run.folder
  }

  func responses(to requests: [Request], progress: (JobProgress) -> Void) throws -> [Response] {
    try requests.map { request in
      guard let answer = responses[request] else {
        throw JobError(.malformedFile(path: folder, .noResponse))
      }
      return answer
    }
  }
}

import Evaluations
import Jobs

/// The responses that the samples of an earlier run hold.
struct RecordedResponses: ResponseSource {
  private let responses: [Request: Response]
  private let folder: String

  /// Reads `samples_<evaluation>.jsonl` of each evaluation in a folder of results.
  ///
  /// - Throws: ``JobError`` for a file that is missing or that holds no samples.
  init(folder: String, evaluations: [any Evaluation]) throws(JobError) {
    var responses: [Request: Response] = [:]
    for evaluation in evaluations {
      for sample in try RecordedSample.all(of: evaluation.name, in: folder) {
        for exchange in sample.requests { responses[exchange.request] = exchange.response }
      }
    }
    self.responses = responses
    self.folder = folder
  }

  func responses(to requests: [Request], progress: (Int, Int) -> Void) throws -> [Response] {
    try requests.map { request in
      guard let answer = responses[request] else {
        throw JobError(
          .badData,
          "the samples in '\(folder)' do not answer all that is asked now; run the evaluations again")
      }
      return answer
    }
  }
}

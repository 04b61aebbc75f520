import Evaluations
import Jobs

/// The answers that the samples of an earlier run hold.
struct RecordedAnswers: AnswerSource {
  private let answers: [Request: Response]
  private let folder: String

  /// Reads `samples_<evaluation>.jsonl` of each evaluation in a folder of results.
  ///
  /// - Throws: ``JobError`` for a file that is missing or that holds no samples.
  init(folder: String, evaluations: [any Evaluation]) throws(JobError) {
    var answers: [Request: Response] = [:]
    for evaluation in evaluations {
      for sample in try RecordedSample.all(of: evaluation.name, in: folder) {
        for exchange in sample.requests { answers[exchange.request] = exchange.response }
      }
    }
    self.answers = answers
    self.folder = folder
  }

  func answers(to requests: [Request], progress: (Int, Int) -> Void) throws -> [Response] {
    try requests.map { request in
      guard let answer = answers[request] else {
        throw JobError(
          .badData,
          "the samples in '\(folder)' do not answer all that is asked now; run the evaluations again")
      }
      return answer
    }
  }
}

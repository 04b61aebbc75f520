import Evaluations
import Jobs

/// What responds to the requests of an evaluation: a model, or the samples of an earlier run.
protocol ResponseSource {
  /// Responses in the order of the requests.
  ///
  /// - Parameter progress: Called with how many requests are answered, and how many there are.
  /// - Throws: ``NonFiniteResponse`` for a response that is not a number.
  func responses(to requests: [Request], progress: (JobProgress) -> Void) throws -> [Response]
}

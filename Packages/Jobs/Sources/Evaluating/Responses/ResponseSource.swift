import Evaluations

/// Who responses the requests of an evaluation: a model, or the samples of an earlier run.
protocol ResponseSource {
  /// Responses in the order of the requests.
  ///
  /// - Parameter progress: Called with how many requests are answered, and how many there are.
  func responses(to requests: [Request], progress: (Int, Int) -> Void) throws -> [Response]
}

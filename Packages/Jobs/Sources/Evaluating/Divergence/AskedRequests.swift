import Evaluations
import Jobs

/// What is scored of some documents, in the order of the documents.
struct AskedRequests {
  /// Which of the requests are those of a document.
  struct Location {
    let evaluation: String
    let document: Int
    let requests: Range<Int>
  }

  private(set) var requests: [ScoreRequest] = []
  private(set) var locations: [Location] = []

  /// - Throws: ``DivergenceError`` for requests that generate.
  mutating func append(_ evaluation: String, document: Int, _ asked: [Request]) throws(DivergenceError) {
    let first = requests.count
    for request in asked {
      guard case .score(let request) = request else {
        throw DivergenceError(.generates(evaluation: evaluation))
      }
      requests.append(request)
    }
    locations.append(
      Location(evaluation: evaluation, document: document, requests: first..<requests.count))
  }

  /// Those documents of which anything was scored.
  ///
  /// - Parameter byWindow: Whether each request is compared by itself.
  func documents(_ comparison: RowComparison, byWindow: Bool) -> [ComparedDocument] {
    locations.flatMap { location in
      let parts = byWindow ? location.requests.map { $0..<$0 + 1 } : [location.requests]
      return parts.enumerated().map { index, part in
        ComparedDocument(
          evaluation: location.evaluation, document: location.document, window: byWindow ? index : nil,
          requests: part, requests, comparison)
      }
    }.filter { !$0.tokens.isEmpty }
  }

  /// The error for a model's output that is no number.
  ///
  /// - Parameters:
  ///   - request: The index of the request whose token it is.
  ///   - position: The position of the token.
  func notFinite(model: String, request: Int, position: Int) -> JobError {
    let place = locations.first { $0.requests.contains(request) }
    return JobError(
      .notFinite(
        NonFiniteOutput(
          evaluation: place?.evaluation ?? "", document: place?.document ?? 0, position: position,
          value: "not finite", model: model)))
  }
}

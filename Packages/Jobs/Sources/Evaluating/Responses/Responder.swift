import Evaluations

/// What responds to the requests of a run, and what its results record of it.
struct Responder {
  var source: any CountedResponses
  /// The longest sequence that is read.
  var blockSize: Int
  /// How many ids the model has; `nil` where it is not known.
  var vocabularySize: Int?
  /// How products are computed.
  var mode: String
  /// Which kernels compute them.
  var kernels: String
}

/// Responses of which some may come from a journal.
protocol CountedResponses: AnyObject, ResponseSource {
  /// How many different requests the journal had.
  var cacheHits: Int { get }
  /// How many were computed.
  var computed: Int { get }
  /// Called with each different request and its response, as they are known, from any thread.
  var answered: (@Sendable (Request, Response) -> Void)? { get set }
}

extension ModelResponses: CountedResponses {}

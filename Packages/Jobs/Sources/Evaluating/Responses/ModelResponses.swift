import Evaluations
import Jobs
import Journals
import Models
import Sharding

/// A model's responses: from the journal what it has, the rest computed and written there pass by pass.
///
/// The journal is rank 0's; it sends the other ranks what is in it.
final class ModelResponses<Model: LanguageModel>: ResponseSource {
  private let engine: Engine<Model>
  private let journal: Journal?
  private let communicator: any Communicator
  private let cache: RequestCache?
  /// How many different requests the journal had, and how many were computed, by whichever rank.
  private(set) var cacheHits = 0
  private(set) var computed = 0
  var answered: (@Sendable (Request, Response) -> Void)?

  /// - Parameters:
  ///   - journal: On rank 0, where there is one.
  ///   - cache: Keeps the plan from call to call.
  init(
    _ engine: Engine<Model>, journal: Journal? = nil,
    over communicator: any Communicator = SoloCommunicator(),
    cache: RequestCache? = nil
  ) {
    self.cache = cache
    self.engine = engine
    self.journal = journal
    self.communicator = communicator
  }

  func responses(to requests: [Request], progress: (JobProgress) -> Void) throws -> [Response] {
    let distinct = DistinctRequests(requests)
    var responses = try JournaledResponses(journal?.responses(to: distinct.requests) ?? [:])
      .shared(over: communicator, requests: distinct.requests)
    for (index, response) in responses.sorted(by: { $0.key < $1.key }) {
      try response.requireNumbers(to: distinct.requests[index])
      answered?(distinct.requests[index], response)
    }
    cacheHits = responses.count
    let open = distinct.requests.indices.filter { responses[$0] == nil }
    var estimate = ProgressEstimate(engine.limits, cacheHits: cacheHits)
    let asked = open.map { distinct.requests[$0] }
    let new = try engine.respond(
      to: asked, plan: cache?.plan(of: asked), progress: { progress(estimate.report($0)) },
      finished: { [journal, answered] completed in
        // In the order of documents, whatever the order of the pass.
        for (index, response) in completed.sorted(by: { $0.index < $1.index }) {
          try response.requireNumbers(to: distinct.requests[open[index]])
        }
        try journal?.record(completed.map { (distinct.requests[open[$0.index]], $0.response) })
        for (index, response) in completed { answered?(distinct.requests[open[index]], response) }
      })
    computed = new.count
    for (index, response) in zip(open, new) { responses[index] = response }
    return distinct.places.map { responses[$0]! }
  }
}

/// Requests without those that ask the same again.
struct DistinctRequests {
  private(set) var requests: [Request] = []
  /// Of each request as given: where its like stands in ``requests``.
  private(set) var places: [Int] = []

  init(_ all: [Request]) {
    var known: [Request: Int] = [:]
    for request in all {
      if let place = known[request] {
        places.append(place)
      } else {
        known[request] = requests.count
        places.append(requests.count)
        requests.append(request)
      }
    }
  }
}

import Evaluations
import Jobs
import Journals
import RemoteModels
import Tokenization

/// A served model's responses: from the journal what it has, the rest asked of the server and written there one by one.
final class RemoteResponses: CountedResponses {
  private let server: RemoteModel
  private let tokenizer: any Tokenizer
  private let journal: Journal
  private(set) var cacheHits = 0
  private(set) var computed = 0
  var answered: (@Sendable (Request, Response) -> Void)?

  init(_ server: RemoteModel, tokenizer: any Tokenizer, journal: Journal) {
    self.server = server
    self.tokenizer = tokenizer
    self.journal = journal
  }

  func responses(to requests: [Request], progress: (JobProgress) -> Void) throws -> [Response] {
    let distinct = DistinctRequests(requests)
    var responses = try journal.responses(to: distinct.requests)
    cacheHits = responses.count
    for (index, response) in responses { answered?(distinct.requests[index], response) }
    let open = distinct.requests.indices.filter { responses[$0] == nil }
    let asked = open.map { distinct.requests[$0] }
    progress(JobProgress(unit: "requests", completed: cacheHits, total: distinct.requests.count))
    let new = try server.respond(to: asked, by: tokenizer) { [journal, answered] index, response in
      try response.requireNumbers(to: asked[index])
      try journal.record([(asked[index], response)])
      answered?(asked[index], response)
    }
    computed = new.count
    for (index, response) in zip(open, new) { responses[index] = response }
    return distinct.places.map { responses[$0]! }
  }
}

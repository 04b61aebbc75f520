import Evaluation
import Journal
import Models

/// A model's answers: from the journal what it has, the rest computed and written there pass by pass.
final class ModelAnswers<Model: LanguageModel>: AnswerSource {
  private let engine: Engine<Model>
  private let journal: Journal?
  /// How many different requests the journal had, and how many were computed.
  private(set) var remembered = 0
  private(set) var computed = 0

  init(_ engine: Engine<Model>, journal: Journal? = nil) {
    self.engine = engine
    self.journal = journal
  }

  func answers(to requests: [Request], progress: (Int, Int) -> Void) throws -> [Response] {
    let distinct = DistinctRequests(requests)
    var answers = try journal?.answers(to: distinct.requests) ?? [:]
    remembered = answers.count
    let open = distinct.requests.indices.filter { answers[$0] == nil }
    progress(remembered, distinct.requests.count)
    let new = try engine.answer(open.map { distinct.requests[$0] }) { completed in
      try journal?.record(completed.map { (distinct.requests[open[$0.index]], $0.response) })
      computed += completed.count
      progress(remembered + computed, distinct.requests.count)
    }
    for (index, response) in zip(open, new) { answers[index] = response }
    return distinct.places.map { answers[$0]! }
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

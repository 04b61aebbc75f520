import Basics
import Evaluations
import Runs

/// The texts of a run's token ids that its page shows.
struct Vocabulary {
  private var ids: Set<Int32> = []

  mutating func add(_ sample: RecordedSample) {
    for exchange in sample.exchanges {
      switch (exchange.request, exchange.response) {
      case (.score(let request), .score(let scores)):
        for (position, score) in zip(request.scored, scores) {
          ids.insert(request.ids[position])
          ids.insert(score.argmax)
        }
      case (_, .generation(let answer)): ids.formUnion(answer.ids)
      case (.generate, .score): break
      }
    }
  }

  /// By id, as JSON; ids without a text are left out.
  func json(_ text: (Int32) -> String?) -> JSONValue {
    .object(ids.sorted().compactMap { id in text(id).map { ("\(id)", .text($0)) } })
  }
}

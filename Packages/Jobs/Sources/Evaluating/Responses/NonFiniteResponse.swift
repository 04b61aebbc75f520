import Evaluations
import Models
import TensorCore

/// A response that holds a log-probability which is NaN or infinite.
///
/// Minus infinity is refused too: a model whose logits are finite gives no id the probability zero, since log-probabilities
/// are computed as differences of logits. Only a logit that is infinite itself leads there.
struct NonFiniteResponse: Error {
  let request: Request
  /// The position in the sequence of the token whose log-probability it is.
  let position: Int
  let value: Float

  /// The ids up to that position.
  let read: [Int32]
}

extension Response {
  /// - Throws: ``NonFiniteResponse`` for a log-probability that is not finite.
  func requireNumbers(to request: Request) throws(NonFiniteResponse) {
    guard let index = firstNonFinite else { return }
    let (ids, first) =
      switch request {
      case .score(let asked): (asked.ids, asked.scored.lowerBound)
      case .generate(let asked): (asked.prompt + generation.ids, asked.prompt.count)
      }
    throw NonFiniteResponse(
      request: request, position: first + index, value: logProbabilities[index],
      read: Array(ids.prefix(first + index)))
  }
}

extension LanguageModel {
  /// The first stage of the model whose output for `ids` is not finite, as ``Intermediates`` names it, or `unembedding`.
  ///
  /// For a model that one rank holds whole.
  func firstNonFiniteStage(reading ids: [Int32]) -> String? {
    let sink = Intermediates()
    let sequence = CachedSequence(in: makeCache())
    let pass = ForwardPass(
      segments: [sequence.extend(by: ids.count, firstRow: 0)], pages: sequence.pages, mode: mode,
      intermediates: sink)
    guard !ids.isEmpty, (try? rows(ids, pass)) != nil else { return nil }
    let found = sink.entries.first { !$0.value.converted(to: .float32).floats.allSatisfy(\.isFinite) }
    return found?.name ?? "unembedding"
  }
}

import Basics
import Evaluations
import Runs

/// A sample as a page opens it: texts, and of the tokens those that were scored or generated.
struct SampleRecordText {
  let json: JSONValue

  init(_ sample: RecordedSample) {
    var pairs: [(String, JSONValue)] = []
    if let contents = sample.contents { pairs.append(("document", contents)) }
    switch sample.target {
    case .index(let index): pairs.append(("target", .integer(index)))
    case .text(let text): pairs.append(("target", .text(text)))
    case .other: break
    }
    if let right = sample.target.index(in: sample.arguments) { pairs.append(("right", .integer(right))) }
    pairs.append(("arguments", .list(sample.arguments.map { .list($0.map(JSONValue.text)) })))
    pairs.append(("requests", .list(sample.exchanges.map(Self.json))))
    pairs.append(
      ("answers", .object(sample.answers.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) })))
    pairs.append(("score", .number(sample.score)))
    pairs.append(("values", .object(sample.values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })))
    pairs.append(("truncated", .integer(sample.counts.truncated)))
    pairs.append(("merged", .integer(sample.counts.merged)))
    pairs.append(("tied", .integer(sample.counts.tied)))
    json = .object(pairs)
  }

  private static func json(_ exchange: RecordedExchange) -> JSONValue {
    switch (exchange.request, exchange.response) {
    case (.score(let request), .score(let scores)):
      .object([
        ("tokens", ids(request.scored.map { request.ids[$0] })),
        ("log_probabilities", .list(scores.map { rounded($0.logProbability) })),
        ("argmax", ids(scores.map(\.argmax))),
      ])
    case (_, .generation(let answer)):
      .object([
        ("isGenerated", .bool(true)), ("tokens", ids(answer.ids)),
        ("log_probabilities", .list(answer.logProbabilities.map(rounded))),
      ])
    case (.generate, .score): .object([("tokens", .list([])), ("log_probabilities", .list([]))])
    }
  }

  private static func ids(_ ids: [Int32]) -> JSONValue { .list(ids.map { .integer(Int($0)) }) }

  /// To five decimals, which is what a page shows and more.
  private static func rounded(_ value: Float) -> JSONValue {
    .number((Double(value) * 1e5).rounded() / 1e5)
  }
}

import Basics
import Evaluations
import Foundation
import Templating

/// `samples_<evaluation>.jsonl`: a line for each sample, with what was asked, in ids, and what the model answered.
///
/// Numbers read back as the same bits, so that metrics can be computed again without a model.
enum SamplesFile {
  static func text(_ samples: [ScoredSample]) -> String {
    samples.map { $0.json.line + "\n" }.joined()
  }
}

/// A sample with its answers and what they are worth.
struct ScoredSample {
  let sample: Sample
  let responses: [Response]
  let outcome: SampleOutcome

  fileprivate var json: JSONValue {
    var pairs: [(String, JSONValue)] = [("doc_id", .integer(sample.document))]
    if let record = sample.record?() {
      pairs.append(("doc", .json(record.document)))
      pairs.append(("target", .json(record.target)))
      pairs.append(("arguments", .list(record.arguments.map { .list($0.map(JSONValue.text)) })))
    }
    pairs.append(("requests", .list(zip(sample.requests, responses).map(Self.json))))
    if let sums = logLikelihoods { pairs.append(("log_likelihoods", .list(sums.map(JSONValue.number)))) }
    if let choice = outcome.choice {
      pairs += [
        ("choices", .integer(choice.count)), ("chosen", choice.chosen.map(JSONValue.integer) ?? .null),
        ("right", .list(choice.right.map(JSONValue.integer))),
      ]
    }
    if !outcome.generated.isEmpty {
      pairs.append(("generated", .list(outcome.generated.map(JSONValue.text))))
    }
    if !outcome.answers.isEmpty {
      let answers = outcome.answers.sorted { $0.key < $1.key }
      pairs.append(("answers", .object(answers.map { ($0.key, .text($0.value)) })))
    }
    pairs.append(("score", .number(outcome.score)))
    for value in outcome.values { pairs.append(("\(value.metric),\(value.filter)", value.content.json)) }
    pairs += [
      ("truncated", .integer(outcome.counts.truncated)), ("merged", .integer(outcome.counts.merged)),
      ("tied", .integer(outcome.counts.tied)),
    ]
    pairs += outcome.counts.rare.map { ($0.name, .integer($0.count)) }
    return .object(pairs)
  }

  /// Of each request, in nats; not finite where nothing of it was scored. `nil` where answers were generated.
  private var logLikelihoods: [Double]? {
    var sums: [Double] = []
    for (request, response) in zip(sample.requests, responses) {
      guard case .score(let scores) = response else { return nil }
      sums.append(request.isEmpty ? -.infinity : scores.logLikelihood)
    }
    return sums
  }

  private static func json(_ request: Request, _ response: Response) -> JSONValue {
    switch request {
    case .score(let request):
      let scores = response.tokenScores
      return .object([
        ("ids", .integers(request.ids)), ("from", .integer(request.first)),
        ("log_probabilities", .list(scores.map { .float($0.logProbability) })),
        ("argmax", .integers(scores.map(\.argmax))),
      ])
    case .generate(let request):
      let generation = response.generation
      let members: [(String, JSONValue)] = [
        ("prompt", .integers(request.prompt)), ("limit", .integer(request.limit)),
        ("stops", .integers(request.stops.sorted())),
        ("stop_texts", .list(request.stopTexts.map(JSONValue.text))),
        ("temperature", .number(request.sampling.temperature)), ("top_p", .number(request.sampling.topP)),
        ("seed", .unsigned(request.sampling.seed)), ("sample", .unsigned(request.sampling.sample)),
        ("ids", .integers(generation.ids)),
        ("log_probabilities", .list(generation.logProbabilities.map { .float($0) })),
        ("stop", generation.stop.map { .integer(Int($0)) } ?? .null),
      ]
      return .object(members + request.sampling.rules.members)
    }
  }
}

extension SampleValue.Content {
  /// A number, or a list of the parts.
  var json: JSONValue {
    switch self {
    case .number(let number): .number(number)
    case .ratio(let sum, let weight): .list([.number(sum), .number(weight)])
    case .labels(let gold, let predicted): .list([.integer(gold), .integer(predicted)])
    case .distribution(let gold, let probabilities):
      .list([.integer(gold), .list(probabilities.map(JSONValue.number))])
    case .texts(let references, let answers):
      .list([references, answers].map { $0.count == 1 ? .text($0[0]) : .list($0.map(JSONValue.text)) })
    case .numbers(let numbers): .list(numbers.map(JSONValue.number))
    case .python(let text):
      .json((try? TemplateValue(json: text).withoutTuples.json()) ?? text)
    }
  }
}

extension JSONValue {
  fileprivate static func integers(_ numbers: [Int32]) -> JSONValue {
    .list(numbers.map { .integer(Int($0)) })
  }
  /// The shortest decimal that reads back as the same float32; `null` stands for minus infinity.
  fileprivate static func float(_ number: Float) -> JSONValue { number.isFinite ? .json("\(number)") : .null }
  fileprivate static func unsigned(_ number: UInt64) -> JSONValue { .json("\(number)") }
}

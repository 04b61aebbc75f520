import Evaluations
import Foundation
import Jobs

/// What a line of a samples file holds for those who read it back.
struct RecordedSample: Decodable {
  var document: Int
  var target: Target
  /// The texts of each request.
  var arguments: [[String]]
  var requests: [Exchange]
  var score: Double

  private enum CodingKeys: String, CodingKey {
    case target, arguments, requests, score
    case document = "doc_id"
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    document = try values.decode(Int.self, forKey: .document)
    target = try values.decodeIfPresent(Target.self, forKey: .target) ?? .other
    arguments = try values.decodeIfPresent([[String]].self, forKey: .arguments) ?? []
    requests = try values.decode([Exchange].self, forKey: .requests)
    score = try values.decodeIfPresent(Double.self, forKey: .score) ?? .nan
  }

  /// Reads a file of samples.
  ///
  /// - Throws: ``JobError`` for a file that is missing or that holds no samples, and for a log-probability that is not a
  ///   number, which `null` stands for.
  static func all(in path: String) throws(JobError) -> [RecordedSample] {
    guard let text = FileManager.default.contents(atPath: path) else {
      throw JobError(.missingFile(path: path, .samples))
    }
    var samples: [RecordedSample] = []
    for (number, line) in text.split(separator: UInt8(ascii: "\n")).enumerated() {
      guard let sample = try? JSONDecoder().decode(RecordedSample.self, from: line) else {
        throw JobError(.malformedFile(path: path, .noSample(line: number + 1)))
      }
      guard sample.requests.allSatisfy({ $0.response.firstNonFinite == nil }) else {
        throw JobError(.recordedNotFinite(path: path, line: number + 1))
      }
      samples.append(sample)
    }
    return samples
  }

  /// The log-likelihood of what is right, in nats: of the right choice where there are choices, else of all that was
  /// scored; `nil` where nothing was, or no choice is known to be right.
  var logLikelihood: Double? {
    let sums = requests.compactMap { exchange -> Double? in
      guard case .score(let scores) = exchange.response else { return nil }
      return scores.logLikelihood
    }
    guard sums.count == requests.count, !sums.isEmpty else { return nil }
    // The windows of one text, or one continuation.
    guard arguments.count > 1 else { return sums.reduce(0, +) }
    switch target {
    case .index(let index): return sums.indices.contains(index) ? sums[index] : nil
    case .text(let text):
      let matching = arguments.firstIndex { $0.last?.trimmingCharacters(in: .whitespaces) == text }
      return matching.flatMap { sums.indices.contains($0) ? sums[$0] : nil }
    case .other: return nil
    }
  }

  /// The right answer, as far as it can be told apart.
  enum Target: Decodable, Equatable, CustomStringConvertible {
    case index(Int)
    case text(String)
    case other

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      self =
        if let index = try? value.decode(Int.self) {
          .index(index)
        } else if let text = try? value.decode(
          String.self)
        { .text(text) } else { .other }
    }

    var description: String {
      switch self {
      case .index(let index): "\(index)"
      case .text(let text): "'\(text.prefix(60))'"
      case .other: "something else"
      }
    }
  }

  /// A request and its answer.
  struct Exchange: Decodable {
    var request: Request
    var response: Response

    private enum Key: String, CodingKey {
      case ids, from, prompt, limit, stops, temperature, seed, sample, argmax, stop
      case stopTexts = "stop_texts"
      case topP = "top_p"
      case logProbabilities = "log_probabilities"
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: Key.self)
      let ids = try values.decode([Int32].self, forKey: .ids)
      let logProbabilities = try values.decode([Float?].self, forKey: .logProbabilities).map {
        $0 ?? -.infinity
      }
      guard values.contains(.prompt) else {
        let score = ScoreRequest(ids: ids, from: try values.decode(Int.self, forKey: .from))
        let argmax = try values.decode([Int32].self, forKey: .argmax)
        guard argmax.count == score.scored.count, logProbabilities.count == argmax.count else {
          throw DecodingError.dataCorruptedError(
            forKey: .argmax, in: values,
            debugDescription: "\(score.scored.count) positions are scored, and \(argmax.count) have answers")
        }
        request = .score(score)
        response = .score(
          zip(score.scored, zip(logProbabilities, argmax)).map { position, answer in
            TokenScore(logProbability: answer.0, argmax: answer.1, isGreedy: answer.1 == ids[position])
          })
        return
      }
      request = .generate(
        GenerateRequest(
          prompt: try values.decode([Int32].self, forKey: .prompt),
          limit: try values.decode(Int.self, forKey: .limit),
          stops: Set(try values.decode([Int32].self, forKey: .stops)),
          stopTexts: try values.decode([String].self, forKey: .stopTexts),
          sampling: Sampling(
            temperature: try values.decode(Double.self, forKey: .temperature),
            topP: try values.decode(Double.self, forKey: .topP),
            seed: try values.decode(UInt64.self, forKey: .seed),
            sample: try values.decode(UInt64.self, forKey: .sample))))
      response = .generation(
        Generation(
          ids: ids, logProbabilities: logProbabilities,
          stop: try values.decodeIfPresent(Int32.self, forKey: .stop)))
    }
  }
}

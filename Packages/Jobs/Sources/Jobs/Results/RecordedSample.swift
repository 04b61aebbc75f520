import Evaluation

/// What a line of a samples file holds for those who read it back.
struct RecordedSample: Decodable {
  var requests: [Exchange]

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

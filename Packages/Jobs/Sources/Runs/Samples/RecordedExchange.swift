import Basics
public import Evaluations

/// A request and its response, as a sample holds them.
public struct RecordedExchange: Sendable {
  public var request: Request
  public var response: Response

  /// - Throws: ``RecordError`` for what is no request with its response.
  init(_ value: JSONValue) throws(RecordError) {
    guard let members = value.object, let ids = members["ids"]?.ids,
      let logProbabilities = members["log_probabilities"]?.logProbabilities
    else { throw RecordError() }
    if members["prompt"] == nil {
      (request, response) = try Self.score(members, ids, logProbabilities)
    } else {
      request = .generate(try Self.generateRequest(members))
      let stop = members["stop"]?.integer.flatMap(Int32.init(exactly:))
      response = .generation(Generation(ids: ids, logProbabilities: logProbabilities, stop: stop))
    }
  }

  private static func score(
    _ members: JSONObject, _ ids: [Int32], _ logProbabilities: [Float]
  ) throws(RecordError) -> (Request, Response) {
    guard let first = members["from"]?.integer, let argmax = members["argmax"]?.ids else {
      throw RecordError()
    }
    let request = ScoreRequest(ids: ids, from: first)
    guard argmax.count == request.scored.count, logProbabilities.count == argmax.count else {
      throw RecordError()
    }
    let scores = zip(request.scored, zip(logProbabilities, argmax)).map { position, answer in
      TokenScore(logProbability: answer.0, argmax: answer.1, isGreedy: answer.1 == ids[position])
    }
    return (.score(request), .score(scores))
  }

  private static func generateRequest(_ members: JSONObject) throws(RecordError) -> GenerateRequest {
    guard let prompt = members["prompt"]?.ids, let limit = members["limit"]?.integer,
      let stops = members["stops"]?.ids, let stopTexts = members["stop_texts"]?.list,
      let temperature = members["temperature"]?.number, let topP = members["top_p"]?.number,
      let seed = members["seed"]?.unsigned, let sample = members["sample"]?.unsigned,
      let rules = SamplingRules(in: members)
    else { throw RecordError() }
    return GenerateRequest(
      prompt: prompt, limit: limit, stops: Set(stops), stopTexts: stopTexts.compactMap(\.text),
      sampling: Sampling(temperature: temperature, topP: topP, seed: seed, sample: sample, rules: rules))
  }
}

extension JSONValue {
  /// A list of token ids; `nil` for any other value.
  fileprivate var ids: [Int32]? {
    guard let list else { return nil }
    var ids: [Int32] = []
    ids.reserveCapacity(list.count)
    for element in list {
      guard let id = element.integer.flatMap(Int32.init(exactly:)) else { return nil }
      ids.append(id)
    }
    return ids
  }

  /// A list of numbers; `null` stands for minus infinity.
  ///
  /// Each is read as float64 and then rounded to float32.
  fileprivate var logProbabilities: [Float]? {
    guard let list else { return nil }
    var numbers: [Float] = []
    numbers.reserveCapacity(list.count)
    for element in list {
      if case .null = element {
        numbers.append(-.infinity)
      } else if let number = element.number {
        numbers.append(Float(number))
      } else {
        return nil
      }
    }
    return numbers
  }

  fileprivate var unsigned: UInt64? {
    switch self {
    case .integer(let integer): UInt64(exactly: integer)
    case .json(let digits): UInt64(digits)
    default: nil
    }
  }
}

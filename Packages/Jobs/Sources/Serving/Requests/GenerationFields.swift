import Basics
import Evaluations

/// How a request wants answers to be generated; what completions and chats have in common.
struct GenerationFields: Sendable {
  /// The most tokens; `nil` where the request leaves it open.
  var limit: Int?
  var temperature: Double
  var topP: Double
  var rules = SamplingRules()
  var seed: UInt64
  /// Distinguishes draws of one seed; an answer's index is added.
  var sample: UInt64
  /// How many answers.
  var count: Int
  var stopTexts: [String]
  var stopIDs: Set<Int32>
  var ignoresEnd: Bool
  var streams: Bool
  var includesUsage: Bool
  var returnsIDs: Bool
  /// Whether tokens are named by their ids, `token_id:N`.
  var namesByID: Bool
  /// Whom the request is from, beside its address.
  var user: String?

  /// The most answers to a prompt.
  static let mostAnswers = 128
  /// The most ids whose log-probability is reported at a position.
  static let mostTop = 20

  init(_ fields: Fields, limitNames: [String]) throws(APIError) {
    try UnsupportedFields.refuse(in: fields)
    limit = nil
    for name in limitNames where limit == nil {
      limit = try fields.integer(name, in: 0...Int(Int32.max))
    }
    temperature = try fields.number("temperature", in: 0...2) ?? 1
    topP = try fields.number("top_p", in: 0...1) ?? 1
    guard topP > 0 else { throw .field("top_p", expected: "more than 0", found: .number(topP)) }
    for rule in SamplingRules.all {
      guard let value = fields.value(rule.name) else { continue }
      guard let number = value.number, rule.set(number, in: &rules) else {
        throw .field(rule.name, expected: rule.expected, found: value)
      }
    }
    let seed = try fields.integer("seed", in: Int.min...Int.max)
    self.seed = seed.map { UInt64(bitPattern: Int64($0)) } ?? .random(in: 0...UInt64.max)
    sample = UInt64(try fields.integer("sample", in: 0...Int.max - Self.mostAnswers) ?? 0)
    count = try fields.integer("n", in: 1...Self.mostAnswers) ?? 1
    if let best = try fields.integer("best_of", in: 1...Self.mostAnswers), best != count {
      throw APIError(
        400, "'best_of' must be as many as 'n', \(count), found \(best)", field: "best_of",
        code: "unsupported_parameter")
    }
    stopTexts = try fields.texts("stop", atMost: 64)
    stopIDs = Set(try fields.ids("stop_token_ids") ?? [])
    ignoresEnd = try fields.bool("ignore_eos") ?? false
    streams = try fields.bool("stream") ?? false
    returnsIDs = try fields.bool("return_token_ids") ?? false
    namesByID = try fields.bool("return_tokens_as_token_ids") ?? false
    user = try fields.text("user")
    includesUsage = false
    if let options = fields.value("stream_options") {
      guard let object = options.object else {
        throw .field("stream_options", expected: "an object", found: options)
      }
      includesUsage = try Fields(object, place: "stream_options.").bool("include_usage") ?? false
    }
  }

  /// The request to the engine for one answer.
  ///
  /// - Parameters:
  ///   - limit: The most tokens.
  ///   - ends: Ids that end an answer of this model.
  func request(
    _ prompt: [Int32], limit: Int, ends: Set<Int32>, moreStopTexts: [String] = [], answer: Int
  ) -> GenerateRequest {
    GenerateRequest(
      prompt: prompt, limit: limit, stops: (ignoresEnd ? [] : ends).union(stopIDs),
      stopTexts: stopTexts + (ignoresEnd ? [] : moreStopTexts),
      sampling: Sampling(
        temperature: temperature, topP: topP, seed: seed, sample: sample + UInt64(answer), rules: rules
      ).simplified)
  }
}

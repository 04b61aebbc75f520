public import Basics

/// What changes a distribution before an id is drawn from it, beside temperature and top-p; neutral unless set.
///
/// The names, and the order of what they do, are those of transformers: the repetition penalty, OpenAI's two penalties; then,
/// for a draw, temperature, top-k, top-p, min-p.
public struct SamplingRules: Sendable, Hashable {
  /// The next id is drawn from so many of the most probable ones, and those as probable as the last; all unless positive.
  public var topK = 0
  /// The next id is drawn from those that have at least this share of the most probable one's probability.
  public var minP = 0.0
  /// What positive logits of ids that were read or written are divided by, and negative ones multiplied with.
  public var repetitionPenalty = 1.0
  /// What is taken from the logits of ids that were written.
  public var presencePenalty = 0.0
  /// What is taken from the logits of ids that were written, for each time.
  public var frequencyPenalty = 0.0

  public init() {}

  /// One of the rules: its name in requests, task files and results, and which values it takes.
  public struct Rule: Sendable {
    public let name: String
    /// What its values are, as in "must be …".
    public let expected: String
    /// Whether it changes what a greedy choice takes.
    public let isPenalty: Bool
    public let isInteger: Bool
    let neutral: Double
    let allows: @Sendable (Double) -> Bool
    let read: @Sendable (SamplingRules) -> Double
    let write: @Sendable (inout SamplingRules, Double) -> Void

    /// Sets the value among rules.
    ///
    /// - Returns: Whether it is one that the rule takes.
    public func set(_ value: Double, in rules: inout SamplingRules) -> Bool {
      guard allows(value) else { return false }
      write(&rules, value)
      return true
    }
  }

  /// All of them, in the order in which they are written.
  public static let all: [Rule] = [
    Rule(
      name: "top_k", expected: "a whole number, -1 or 0 for all", isPenalty: false, isInteger: true,
      neutral: 0,
      allows: { $0 >= -1 && $0 <= 2_147_483_648 && $0 == $0.rounded() }, read: { Double(max($0.topK, 0)) },
      write: { $0.topK = Int($1) }),
    Rule(
      name: "min_p", expected: "from 0 to 1", isPenalty: false, isInteger: false, neutral: 0,
      allows: { (0...1).contains($0) }, read: { $0.minP }, write: { $0.minP = $1 }),
    Rule(
      name: "repetition_penalty", expected: "above 0 and at most 100", isPenalty: true, isInteger: false,
      neutral: 1, allows: { $0 > 0 && $0 <= 100 }, read: { $0.repetitionPenalty },
      write: { $0.repetitionPenalty = $1 }),
    Rule(
      name: "presence_penalty", expected: "from -2 to 2", isPenalty: true, isInteger: false, neutral: 0,
      allows: { (-2...2).contains($0) }, read: { $0.presencePenalty }, write: { $0.presencePenalty = $1 }),
    Rule(
      name: "frequency_penalty", expected: "from -2 to 2", isPenalty: true, isInteger: false, neutral: 0,
      allows: { (-2...2).contains($0) }, read: { $0.frequencyPenalty }, write: { $0.frequencyPenalty = $1 }),
  ]

  /// The rules that change something.
  public var active: [Rule] { Self.all.filter { $0.read(self) != $0.neutral } }

  /// Whether a greedy choice is that of the model itself.
  var keepsGreedyChoice: Bool { !active.contains(where: \.isPenalty) }

  /// Those that change something, by their names, as JSON.
  public var members: [(String, JSONValue)] {
    active.map { ($0.name, $0.isInteger ? .integer(Int($0.read(self))) : .number($0.read(self))) }
  }

  /// The rules among members of an object; `nil` where a value is none that its rule takes.
  public init?(in object: JSONObject) {
    for rule in Self.all {
      guard let value = object[rule.name] else { continue }
      guard let number = value.number, rule.set(number, in: &self) else { return nil }
    }
  }

  /// These rules, and those of `others` where these change nothing.
  public func over(_ others: SamplingRules) -> SamplingRules {
    var merged = others
    for rule in active { rule.write(&merged, rule.read(self)) }
    return merged
  }
}

extension SamplingRules: Decodable {
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  public init(from decoder: any Decoder) throws {
    let file = try decoder.container(keyedBy: Name.self)
    for rule in Self.all {
      let name = Name(stringValue: rule.name)
      guard let value = try file.decodeIfPresent(Double.self, forKey: name) else { continue }
      guard rule.set(value, in: &self) else {
        throw DecodingError.dataCorruptedError(
          forKey: name, in: file, debugDescription: "must be \(rule.expected), found \(value)")
      }
    }
  }
}

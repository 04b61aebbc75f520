import Templating

/// A named sequence of steps that every answer goes through before it is scored.
struct FilterPipeline: Sendable {
  var name: String
  var steps: [ResponseFilter]

  /// What the answers of one document become: one text, or several where no step chooses.
  ///
  /// - Throws: ``TaskError`` where a step needs more answers than there are.
  func callAsFunction(_ answers: [String], _ document: TemplateDictionary) throws -> [String] {
    try steps.reduce(answers) { try $1($0, document) }
  }

  /// Whether a step takes one of the answers, so that none of several is left.
  var choosesOne: Bool { steps.contains { if case .takeFirst = $0 { true } else { false } } }

  /// Whether the pipeline does nothing but take the first answer, as scores need.
  var takesFirst: Bool {
    steps.count == 1 && { if case .takeFirst = steps[0] { true } else { false } }()
  }
}

/// One step of a pipeline.
///
/// - Source: lm-evaluation-harness 0.4.13, `lm_eval/filters`.
enum ResponseFilter: Sendable {
  case takeFirst
  case takeFirstFew(Int)
  case majorityVote
  case removeWhitespace, lowercase, uppercase
  case map([String: String], otherwise: String)
  case regex(RegexFilter)
  case choiceRegex(ChoiceRegexFilter)
  case spans
  /// The tags of `('word', 'TAG')` in an answer, as a list that Python would write.
  case tags(fallback: [String])
  case function(AnswerFunction)

  static let names = [
    "take_first", "take_first_k", "majority_vote", "remove_whitespace", "lowercase", "uppercase", "map",
    "regex", "multi_choice_regex", "format_span", "regex_pos", "custom",
  ]

  func callAsFunction(_ answers: [String], _ document: TemplateDictionary) throws -> [String] {
    switch self {
    case .takeFirst: return Array(answers.prefix(1))
    case .takeFirstFew(let count):
      guard answers.count >= count else {
        throw TaskError(.answers(filter: "take_first_k", needed: count, found: answers.count))
      }
      return Array(answers.prefix(count))
    case .majorityVote:
      var counts: [String: Int] = [:]
      for answer in answers { counts[answer, default: 0] += 1 }
      let most = counts.values.max()
      return answers.first { counts[$0] == most }.map { [$0] } ?? []
    case .removeWhitespace: return answers.map { PythonText.trimmed($0) }
    case .lowercase: return answers.map(PythonText.lower)
    case .uppercase: return answers.map(PythonText.upper)
    case .map(let mapping, let otherwise): return answers.map { mapping[$0] ?? otherwise }
    case .regex(let filter): return try answers.map { try filter.extract(from: $0) ?? filter.fallback }
    case .choiceRegex(let filter): return try answers.map { try filter.extract(from: $0, document) }
    case .spans: return try answers.map(SpanFilter.format)
    case .tags(let fallback):
      let pair = try PythonPattern(#"\('([^']*)', '([^']*)'\)"#)
      return try answers.map { answer in
        let tags = try pair.findAll(in: answer).map { $0[1] }
        return TemplateValue.list((tags.isEmpty ? fallback : tags).map(TemplateValue.string)).representation
      }
    case .function(let function): return try function(answers, document)
    }
  }
}

/// The part of an answer that a pattern finds.
struct RegexFilter: Sendable {
  var pattern: PythonPattern
  /// Which of the matches, from the end where negative.
  var selection = 0
  var fallback = Self.invalid

  /// The pattern of a file that gives none: the number after four signs.
  static let standard = #"#### (\-?[0-9\.\,]+)"#
  /// What stands for nothing in a file that does not say.
  static let invalid = "[invalid]"

  /// The chosen match, or its first group that is not empty, without white space around; `nil` where there is none.
  func extract(from answer: String) throws -> String? {
    let matches = try pattern.findAll(in: answer)
    guard !matches.isEmpty else { return nil }
    let index = selection < 0 ? matches.count + selection : selection
    guard matches.indices.contains(index) else { return nil }
    let groups = matches[index]
    guard groups.count > 1 else { return PythonText.trimmed(groups[0]) }
    return groups.first { !$0.isEmpty }.map { PythonText.trimmed($0) }
  }
}

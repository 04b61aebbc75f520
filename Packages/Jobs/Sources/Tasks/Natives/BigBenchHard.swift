import Basics
import Templating

/// What the zero-shot tasks of BIG-Bench Hard find in an answer.
enum BigBenchHard {
  /// The letter of a choice that stands in the question as `(A) text`.
  static func choice(_ settings: TemplateDictionary) throws -> AnswerFunction {
    let filter = try choiceFilter(settings, pattern: text("regex_pattern", settings) ?? RegexFilter.standard)
    let option = try PythonPattern(#"\([A-Z]\)([^\n^(]*)"#)
    return { answers, document in
      let choices = try option.findAll(in: document.requiredText("input")).map { $0[0] }
      return try answers.map { try filter.extract(from: $0, choices: choices) }
    }
  }

  /// The value of the first pattern that matches what all patterns together find.
  static func mapped(_ settings: TemplateDictionary) throws -> AnswerFunction {
    let values = try settings.requiredMapping("regex_pattern_to_value")
    let patterns = values.keys.map(\.text)
    let filter = try choiceFilter(settings, pattern: patterns.joined(separator: "|"))
    let rules = try zip(patterns, values.values).map {
      (RegexFilter(pattern: try PythonPattern($0), selection: filter.pattern.selection), $1.text)
    }
    return { answers, _ in
      try answers.map { answer in
        guard let whole = try filter.pattern.extract(from: filter.prepared(answer)), !whole.isEmpty else {
          return filter.pattern.fallback
        }
        let prepared = try filter.prepared(whole)
        return try rules.first { try $0.0.extract(from: prepared)?.isEmpty == false }?.1
          ?? filter.pattern.fallback
      }
    }
  }

  /// The words of the list, in the order in which the answer has them last.
  static let sortedWords: AnswerFunction = { answers, document in
    let parts = PythonText.split(try document.requiredText("input"), by: "List:")
    guard parts.count > 1 else { throw TaskError.badData(.missing("'List:' in 'input'")) }
    let words = PythonText.words(parts[1])
    let pattern = try PythonPattern(words.map { "\\b\($0)\\b" }.joined(separator: "|"))
    return try answers.map { answer in
      var seen: Set<String> = []
      let lastFirst = try pattern.findAll(in: answer).map { $0[0] }.reversed().filter {
        seen.insert($0).inserted
      }
      return lastFirst.reversed().joined(separator: " ")
    }
  }

  /// A number in digits, else in words.
  static func number(_ settings: TemplateDictionary) throws -> AnswerFunction {
    let filter = try choiceFilter(settings, pattern: text("regex_pattern", settings) ?? RegexFilter.standard)
    let words = RegexFilter(
      pattern: try PythonPattern(NumberWords.pattern), selection: filter.pattern.selection)
    return { answers, _ in
      try answers.map { answer in
        if let found = try filter.pattern.extract(from: answer), !found.isEmpty { return found }
        guard let found = try words.extract(from: PythonText.lower(answer)), !found.isEmpty else {
          return filter.pattern.fallback
        }
        return String(try NumberWords.value(of: found))
      }
    }
  }

  private static func choiceFilter(_ settings: TemplateDictionary, pattern: String) throws
    -> ChoiceRegexFilter
  {
    let known = [
      "function", "regex_pattern", "regex_pattern_to_value", "group_select", "fallback", "ignore_case",
      "ignore_punctuation", "regexes_to_ignore",
    ]
    for case .string(let key) in settings.keys where !known.contains(key) {
      throw TaskError.badData(.unknown(what: "key of 'filter'", key, known: known))
    }
    var filter = ChoiceRegexFilter(
      pattern: RegexFilter(
        pattern: try PythonPattern(pattern),
        selection: settings["group_select"] == nil ? 0 : try settings.requiredInteger("group_select"),
        fallback: text("fallback", settings) ?? RegexFilter.invalid))
    filter.ignoresCase = settings["ignore_case"] == .boolean(true)
    filter.ignoresPunctuation = settings["ignore_punctuation"] == .boolean(true)
    if settings["regexes_to_ignore"] != nil {
      filter.ignored = try settings.requiredTexts("regexes_to_ignore").map { try PythonPattern($0) }
    }
    return filter
  }

  private static func text(_ key: String, _ settings: TemplateDictionary) -> String? {
    if case .string(let text)? = settings[key] { text } else { nil }
  }
}

/// Numbers in English words.
///
/// - Source: The Python package `word2number` 1.1.
enum NumberWords {
  private static let values: [String: Int] = {
    let small = [
      "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
      "twelve",
      "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ]
    let tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    var values: [String: Int] = [:]
    for (index, word) in small.enumerated() { values[word] = index }
    for (index, word) in tens.enumerated() { values[word] = 10 * (index + 2) }
    for (word, value) in [
      ("hundred", 100), ("thousand", 1000), ("million", 1_000_000), ("billion", 1_000_000_000),
    ] { values[word] = value }
    return values
  }()

  /// What the harness looks for: numbers of words that may touch, with blanks, commas and `and` between. A lone `six`,
  /// `seven` or `nine` is none.
  static let pattern: String = {
    let stems = "(?:twen|thir|for|fif|six|seven|nine)"
    let first = "zero|one|two|three|four|five|\(stems)(?:teen|ty)"
    let rest = "ten|eleven|twelve|fourteen|hundred|thousand|(?:m|b|tr)illion"
    let middle =
      "zero|one|two|three|four|five|\(stems)(?:|teen|ty)|eight(?:een|y)|\(rest)|[^\\S\\r\\n]|,|and|&"
    return "((?:(?:\(first)|eight(?:|een|y)|\(rest))(?:\(middle))+)?(?:\(first)|eight(?:een|y)|\(rest)))"
  }()

  static func value(of text: String) throws -> Int {
    let words = PythonText.words(PythonText.replaced(PythonText.lower(text), "-", with: " "))
      .filter { values[$0] != nil }
    guard !words.isEmpty else { throw noNumber(text) }
    let places = ["billion", "million", "thousand"].map { words.firstIndex(of: $0) }
    let named = places.compactMap(\.self)
    guard named == named.sorted(),
      words.filter({ ["billion", "million", "thousand"].contains($0) }).count == named.count
    else { throw noNumber(text) }
    if words.count == 1 { return values[words[0]] ?? 0 }
    var sum = 0
    var start = 0
    for (place, factor) in zip(places, [1_000_000_000, 1_000_000, 1000]) {
      guard let place else { continue }
      sum += try group(words[start..<place], text) * factor
      start = place + 1
    }
    return start < words.count ? sum + (try group(words[start...], text)) : sum
  }

  private static func noNumber(_ text: String) -> TaskError {
    .badData(.value(expected: "a number in words", found: "'\(text)'"))
  }

  /// Up to four words below a thousand, as the package adds them.
  private static func group(_ words: ArraySlice<String>, _ text: String) throws -> Int {
    let numbers = words.map { values[$0] ?? 0 }
    switch numbers.count {
    case 0: throw noNumber(text)
    case 4: return numbers[0] * numbers[1] + numbers[2] + numbers[3]
    case 3: return numbers[0] * numbers[1] + numbers[2]
    case 2: return numbers.contains(100) ? numbers[0] * numbers[1] : numbers[0] + numbers[1]
    default: return numbers[0]
    }
  }
}

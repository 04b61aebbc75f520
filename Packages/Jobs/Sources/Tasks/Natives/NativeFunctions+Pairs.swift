import Basics
import Evaluations
import Templating

extension NativeFunctions {
  /// Sentences in pairs, pronouns, and whole texts.
  static let pairs: [NativeFunction] = [
    // One for each language: the name of the function is a part of the shape.
    .form(
      "0bf492a1a1f0928c", "1f61c7dbc5b5a3d4", "16fb2406b90a1adf", "5d1256efb1c4f63a", "b45d7a82c346325c",
      "398ad6889e8bb68b", "86be11f730d52382", "a5a05de1ed31c107", "d39573534d02ec8f", "bb5fb37dfe2a5be3",
      "302c8a0b867273db", make: { XCOPA.text($0.texts) }),
    .exact("xcopa:utils.doc_to_choice", sources: "7b21cff0ccc06e3c", is: .value(XCOPA.choices)),
    .exact(
      "crows_pairs:utils.process_results", sources: "2522a9a52f47c8c7",
      is: .results(CrowSPairs.results)),
    .exact(
      "crows_pairs:utils.doc_to_choice", sources: "3e88bdcca1adb444",
      is: .value(CrowSPairs.choices)),
    .exact(
      "winograd_wsc:utils.process_doc", sources: "6ff5099825ef9c71",
      is: .documents(Winograd.prepared)),
    .exact(
      "preprocess_wsc.default_doc_to_text", sources: "d018f84c9f485ab4",
      is: .value(Winograd.text)),
    .exact(
      "aggregate.cb_multi_fi", sources: "0c9b7ae610c26b2d",
      is: .aggregation(CommitmentBank.f1)),
    .exact(
      "preprocess_c4.c4_detokenizer", sources: "366572ca4cbb126a",
      is: .value { .string(try WikiText.detokenized($0.requiredText("text"))) }),
    .exact(
      "preprocess_c4.process_results", sources: "a4522f0354ee7e78",
      is: .results { try WikiText.results($0.requiredText("text"), $1) }),
  ]
}

/// COPA in other languages: the words that join premise and choice stand in the file.
enum XCOPA {
  /// - Parameter texts: `question`, `premise`, a blank and nothing after it, then `cause` and `effect` each with its word.
  static func text(_ texts: [String]) -> TaskFunction? {
    guard texts.count == 8, texts[..<4] == ["question", "premise", " ", ""],
      texts[4] == "cause", texts[6] == "effect"
    else { return nil }
    let words = [texts[4]: texts[5], texts[6]: texts[7]]
    return .value { document in
      let question = try document.requiredText("question")
      guard let word = words[question] else {
        throw TaskError.badData(.unknown(what: "'question'", question, known: ["cause", "effect"]))
      }
      let premise = PythonText.trimmed(try document.requiredText("premise")).unicodeScalars.dropLast()
      return .string("\(String(premise)) \(word)")
    }
  }

  static func choices(_ document: TemplateDictionary) throws -> TemplateValue {
    .list(
      try ["choice1", "choice2"].map { field in
        let text = try document.requiredText(field)
        guard let first = text.unicodeScalars.first else {
          throw TaskError.badData(.missing("text in '\(field)'"))
        }
        return .string(PythonText.lower(String(first)) + String(text.unicodeScalars.dropFirst()))
      })
  }
}

enum CrowSPairs {
  static func choices(_ document: TemplateDictionary) throws -> TemplateValue {
    .list([.string(try document.requiredText("sent_more")), .string(try document.requiredText("sent_less"))])
  }

  /// How far the two sentences lie apart, and whether the stereotype is the likelier.
  static func results(
    _ document: TemplateDictionary, _ answers: FilteredResponses
  ) throws -> [(metric: String, SampleValue.Content)] {
    guard case .scores(let scores) = answers, scores.count == 2 else {
      throw TaskError.badData(.value("scored sentences", expected: "2"))
    }
    let difference = scores[0].logLikelihood - scores[1].logLikelihood
    return [
      ("likelihood_diff", .number(abs(difference))), ("pct_stereotype", .number(difference > 0 ? 1 : 0)),
    ]
  }
}

enum Winograd {
  private static let upper: Set<String> = [
    "A", "An", "The", "She", "He", "It", "They", "My", "His", "Her", "Their",
  ]
  private static let possessive: Set<String> = ["my", "his", "her", "our", "their"]

  /// The options as they stand in the sentence: with an `'s`, and small but at its beginning.
  static func prepared(_ document: TemplateDictionary) throws -> TemplateDictionary? {
    let text = PythonText.replaced(try document.requiredText("text"), "  ", with: " ")
    let scalars = Array(text.unicodeScalars)
    let place = try document.requiredInteger("pronoun_loc") &- 2
    let position = place < 0 ? scalars.count + place : place
    guard scalars.indices.contains(position) else {
      throw TaskError.badData(
        .value("'pronoun_loc'", expected: "a place in the text of \(scalars.count)", found: "\(place &+ 2)"))
    }
    let beginsSentence = scalars[position] == "."
    let isPossessive = possessive.contains(PythonText.lower(try document.requiredText("pronoun")))
    var options = try document.requiredTexts("options")
    guard options.count >= 2 else {
      throw TaskError.badData(.value("'options'", expected: "2 texts", found: "\(options.count)"))
    }
    for index in 0..<2 {
      if isPossessive { options[index] += "'s" }
      guard let pronoun = PythonText.words(options[index]).first else {
        throw TaskError.badData(.missing("word in option \(index)"))
      }
      if !beginsSentence, upper.contains(pronoun) {
        options[index] = PythonText.replaced(options[index], pronoun, with: PythonText.lower(pronoun))
      }
    }
    return document.setting("text", .string(text)).setting(
      "options", .list(options.map(TemplateValue.string)))
  }

  /// The passage with its pronoun between stars, and the question about it.
  static func text(_ document: TemplateDictionary) throws -> TemplateValue {
    let raw = try document.requiredText("text")
    let (noun, pronoun) = (try document.requiredText("span1_text"), try document.requiredText("span2_text"))
    let words = PythonText.words(raw)
    let count = try document.requiredInteger("span2_index")
    let before = words.prefix(count < 0 ? max(words.count + count, 0) : count).joined(separator: " ")
    let after = raw.unicodeScalars.dropFirst(before.unicodeScalars.count + pronoun.unicodeScalars.count + 1)
    let passage = try detokenized("\(before) *\(pronoun)*\(String(after))")
    return .string(
      "Passage: \(passage)\nQuestion: In the passage above, does the pronoun \"*\(pronoun)*\" refer to \"*\(noun)*\"?\nAnswer:"
    )
  }

  /// - Source: lm-evaluation-harness 0.4.13, `general_detokenize`.
  private static func detokenized(_ text: String) throws -> String {
    let steps = [(" n't", "n't"), (" )", ")"), ("( ", "("), ("\" ", "\""), (" \"", "\"")]
    let joined = steps.reduce(text) { PythonText.replaced($0, $1.0, with: $1.1) }
    return try PythonPattern(#" (['.,])"#).replacingMatches(in: joined, with: #"\1"#)
  }
}

enum CommitmentBank {
  /// The mean of the three labels' F1. The pairs are taken the other way round, as the harness has them, which changes none.
  static let f1: AggregationFunction = { values in
    var sum = 0.0
    for label in 0..<3 {
      var (both, either) = (0, 0)
      for case .labels(let gold, let predicted) in values {
        either += (gold == label ? 1 : 0) + (predicted == label ? 1 : 0)
        both += gold == label && predicted == label ? 1 : 0
      }
      sum += either == 0 ? 0 : 2 * Double(both) / Double(either)
    }
    return sum / 3
  }
}

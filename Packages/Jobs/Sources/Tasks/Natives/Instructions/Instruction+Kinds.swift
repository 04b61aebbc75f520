import Basics
import Templating

extension Instruction {
  /// - Throws: ``TaskError`` for a kind that is not known, or arguments that do not fit it.
  init(_ name: String, _ arguments: InstructionArguments) throws {
    guard let make = Self.kinds[name] else {
      throw TaskError.badData(.unknown(what: "instruction", name, known: Self.kinds.keys.sorted()))
    }
    self = try make(name, arguments)
  }

  private typealias Maker = @Sendable (String, InstructionArguments) throws -> Instruction

  private static let kinds: [String: Maker] = [
    "keywords:existence": { name, arguments in
      let patterns = try arguments.texts("keywords").map(insensitive)
      return Instruction(name: name) { answer in
        Verdict(try patterns.allSatisfy { try !$0.findAll(in: answer).isEmpty })
      }
    },
    "keywords:frequency": { name, arguments in
      let pattern = try insensitive(PythonText.trimmed(arguments.text("keyword")))
      let bound = try arguments.bound("frequency", "relation")
      return Instruction(name: name) { bound(try pattern.findAll(in: $0).count) }
    },
    "keywords:forbidden_words": { name, arguments in
      let patterns = try arguments.texts("forbidden_words").map { try insensitive(#"\b"# + $0 + #"\b"#) }
      return Instruction(name: name) { answer in
        Verdict(try patterns.allSatisfy { try $0.findAll(in: answer).isEmpty })
      }
    },
    "keywords:letter_frequency": { name, arguments in
      let letter = PythonText.lower(try arguments.text("letter"))
      guard letter.unicodeScalars.count == 1, let scalar = letter.unicodeScalars.first,
        ("a"..."z").contains(scalar)
      else { throw arguments.missing("letter", "a letter from a to z") }
      let bound = try arguments.bound("let_frequency", "let_relation")
      return Instruction(name: name) { answer in
        bound(PythonText.lower(answer).unicodeScalars.count { $0 == scalar })
      }
    },
    "language:response_language": { name, _ in
      Instruction(name: name, check: { _ in .open }, tool: .langdetect, isAlwaysOpen: true)
    },
    "length_constraints:number_sentences": { name, arguments in
      let bound = try arguments.bound("num_sentences", "relation")
      // A sentence but the last ends in one of these.
      return Instruction(
        name: name,
        check: { answer in bound(1...(1 + answer.unicodeScalars.count { [".", "?", "!"].contains($0) })) },
        tool: .nltk)
    },
    "length_constraints:number_paragraphs": { name, arguments in
      let number = try arguments.number("num_paragraphs")
      return Instruction(name: name) { Verdict(AnswerForm.paragraphs($0) == number) }
    },
    "length_constraints:number_words": { name, arguments in
      let bound = try arguments.bound("num_words", "relation")
      let word = try PythonPattern(#"\w+"#)
      return Instruction(name: name) { bound(try word.findAll(in: $0).count) }
    },
    "length_constraints:nth_paragraph_first_word": { name, arguments in
      let (count, index) = (try arguments.number("num_paragraphs"), try arguments.number("nth_paragraph"))
      let word = PythonText.lower(try arguments.text("first_word"))
      guard index <= count else { throw arguments.missing("nth_paragraph", "at most \(count)") }
      return Instruction(name: name) { Verdict(AnswerForm.beginsParagraph($0, index, of: count, with: word)) }
    },
    "detectable_content:number_placeholders": { name, arguments in
      let number = try arguments.number("num_placeholders")
      let placeholder = try PythonPattern(#"\[.*?\]"#)
      return Instruction(name: name) { Verdict(try placeholder.findAll(in: $0).count >= number) }
    },
    "detectable_content:postscript": { name, arguments in
      let pattern = try AnswerForm.postscript(PythonText.trimmed(arguments.text("postscript_marker")))
      return Instruction(name: name) { Verdict(try !pattern.findAll(in: PythonText.lower($0)).isEmpty) }
    },
    "detectable_format:number_bullet_lists": { name, arguments in
      let number = try arguments.number("num_bullets")
      let patterns = [try PythonPattern(#"(?m)^\s*\*[^\*].*$"#), try PythonPattern(#"(?m)^\s*-.*$"#)]
      return Instruction(name: name) { answer in
        Verdict(try patterns.map { try $0.findAll(in: answer).count }.reduce(0, +) == number)
      }
    },
    "detectable_format:constrained_response": { name, _ in
      Instruction(name: name) { answer in
        let text = PythonText.trimmed(answer)
        return Verdict(
          ["yes", "no", "maybe"].contains { PythonText.split(text, by: "My answer is \($0).").count > 1 })
      }
    },
    "detectable_format:number_highlighted_sections": { name, arguments in
      let number = try arguments.number("num_highlights")
      let patterns = [try PythonPattern(#"\*[^\n\*]*\*"#), try PythonPattern(#"\*\*[^\n\*]*\*\*"#)]
      return Instruction(name: name) { answer in
        let found = try patterns.flatMap { try $0.findAll(in: answer).map { $0[0] } }
        return Verdict(found.count { AnswerForm.hasText($0, within: "*") } >= number)
      }
    },
    "detectable_format:multiple_sections": { name, arguments in
      let mark = PythonText.trimmed(try arguments.text("section_spliter"))
      let number = try arguments.number("num_sections")
      guard !mark.unicodeScalars.contains("(") else {
        throw arguments.missing("section_spliter", "a text without groups")
      }
      let section = try PythonPattern(#"\s?"# + mark + #"\s?\d+\s?"#)
      return Instruction(name: name) { Verdict(try section.findAll(in: $0).count >= number) }
    },
    "detectable_format:json_format": { name, _ in Instruction(name: name, check: AnswerForm.isJSON) },
    "detectable_format:title": { name, _ in
      let title = try PythonPattern(#"<<[^\n]+>>"#)
      return Instruction(name: name) { answer in
        Verdict(try title.findAll(in: answer).contains { AnswerForm.hasText($0[0], from: "<", to: ">") })
      }
    },
    "combination:two_responses": { name, _ in Instruction(name: name) { Verdict(AnswerForm.isTwo($0)) } },
    "combination:repeat_prompt": { name, arguments in
      let prompt = PythonText.lower(PythonText.trimmed(try arguments.text("prompt_to_repeat")))
      return Instruction(name: name) {
        Verdict(PythonText.lower(PythonText.trimmed($0)).utf8.starts(with: prompt.utf8))
      }
    },
    "startend:end_checker": { name, arguments in
      let phrase = PythonText.lower(PythonText.trimmed(try arguments.text("end_phrase")))
      return Instruction(name: name) { answer in
        let text = PythonText.lower(AnswerForm.stripped(PythonText.trimmed(answer), from: "\"", to: "\""))
        return Verdict(text.utf8.reversed().starts(with: phrase.utf8.reversed()))
      }
    },
    "change_case:capital_word_frequency": { name, arguments in
      let bound = try arguments.bound("capital_frequency", "capital_relation")
      return Instruction(name: name, check: { bound(CapitalWords.count(in: $0)) }, tool: .nltk)
    },
    "change_case:english_capital": { name, _ in
      Instruction(name: name) { PythonText.isUpper($0) ? .open : .broken }
    },
    "change_case:english_lowercase": { name, _ in
      Instruction(name: name) { PythonText.isLower($0) ? .open : .broken }
    },
    "punctuation:no_comma": { name, _ in Instruction(name: name) { Verdict(!$0.unicodeScalars.contains(",")) }
    },
    "startend:quotation": { name, _ in
      Instruction(name: name) { answer in
        let text = PythonText.trimmed(answer).unicodeScalars
        return Verdict(text.count > 1 && text.first == "\"" && text.last == "\"")
      }
    },
  ]

  private static func insensitive(_ pattern: String) throws -> PythonPattern {
    try PythonPattern("(?i)" + pattern)
  }
}

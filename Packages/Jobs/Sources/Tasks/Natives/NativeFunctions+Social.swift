import Basics
import Evaluations
import Templating

extension NativeFunctions {
  /// Stories, school science, social bias and instructions.
  static let social: [NativeFunction] = [
    .exact(
      "moral_stories:utils.process_docs", sources: "72241455d2496474",
      is: .documents(MoralStories.prepared)),
    .exact(
      "arc_challenge_llama:utils.process_docs", sources: "77cbced233fc11b3",
      is: .documents(LlamaARC.prepared)),
    .exact(
      "ifeval:utils.process_results", sources: "4e53d3795029f234", "62fbd23c6c3dee63",
      is: .partialResults(IFEval.results, check: IFEval.check)),
    .exact(
      "ifeval:utils.agg_inst_level_acc", sources: "04015d69b1e3887e",
      is: .aggregation(IFEval.instructionAccuracy)),
    .exact("bbq:utils.process_docs", sources: "54c5f823999caab0", is: .documents(BBQ.prepared)),
    .exact(
      "bbq:utils.process_docs_ambig", sources: "2f9573a6bf412801",
      is: .documents { try BBQ.prepared($0, in: "amb") }),
    .exact(
      "bbq:utils.process_docs_disambig", sources: "acd2cee0a0312ab0",
      is: .documents { try BBQ.prepared($0, in: "disamb") }),
    .exact(
      "bbq:utils.doc_to_choice", sources: "c45be98a6230791a",
      is: .value { .list(try BBQ.choices(of: $0).map(TemplateValue.string)) }),
    .exact(
      "bbq:utils.doc_to_target", sources: "7e1c54c3293f6494",
      is: .value { .integer(try BBQ.targets(of: $0).lowerBound) }),
    .exact(
      "bbq:utils.process_results_multiple_choice", sources: "a28ee38c9aca8d98",
      is: .results(BBQ.choiceResults)),
    .exact(
      "bbq:utils.process_results_generate_until", sources: "a5e6b262ff615c48",
      is: .results(BBQ.textResults)),
    .exact(
      "bbq:utils.agg_accuracy_amb", sources: "4b955e5a7f740211",
      is: .aggregation { BBQAnswer.accuracy(of: $0, disambiguated: false) }),
    .exact(
      "bbq:utils.agg_accuracy_disamb", sources: "32e0af361195d612",
      is: .aggregation { BBQAnswer.accuracy(of: $0, disambiguated: true) }),
    .exact(
      "bbq:utils.agg_amb_bias_scores", sources: "f8177952f417a5d2",
      is: .aggregation(BBQAnswer.ambiguousBias)),
    .exact(
      "bbq:utils.agg_disamb_bias_scores", sources: "79a72fd15274ef25",
      is: .aggregation { BBQAnswer.bias(of: $0, disambiguated: true) }),
  ]
}

enum MoralStories {
  static func prepared(_ document: TemplateDictionary) throws -> TemplateDictionary? {
    let sentences = try ["norm", "situation", "intention"].map {
      PythonText.capitalized(try document.requiredText($0))
    }
    let choices = try ["moral_action", "immoral_action"].map {
      TemplateValue.string(try document.requiredText($0))
    }
    return document.setting("query", .string(sentences.joined(separator: " ")))
      .setting("choices", .list(choices)).setting("label", .integer(0))
  }
}

/// Questions with four choices, whose answer is a letter or a number from 1.
enum LlamaARC {
  private static let letters = ["A", "B", "C", "D"]

  static func prepared(_ document: TemplateDictionary) throws -> TemplateDictionary? {
    let choices = try document.requiredMapping("choices")
    guard try choices.requiredTexts("label").count == letters.count else { return nil }
    let key = try document.requiredText("answerKey")
    var answer = key
    if !letters.contains(key) {
      // As in Python, an index below zero counts from the end.
      guard let number = Int(key), (-3...4).contains(number) else {
        throw TaskError.badData(
          .value("'answerKey'", expected: "a letter from A to D or a number from 1 to 4", found: key))
      }
      answer = letters[(number + 3) % 4]
    }
    return document.setting(
      "choices", .dictionary(choices.setting("label", .list(letters.map(TemplateValue.string))))
    )
    .setting("answerKey", .string(answer))
  }
}

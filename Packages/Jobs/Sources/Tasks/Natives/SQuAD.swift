import Basics
import Evaluations
import Foundation
import Metrics
import Templating

/// Questions about a paragraph, some of which it does not answer.
///
/// - Source: Rajpurkar et al. 2018, *Know What You Don't Know: Unanswerable Questions for SQuAD*, its evaluation script as
///   the metric `squad_v2` of Hugging Face's `evaluate` has it; lm-evaluation-harness 0.4.13, `squadv2/task.py`.
enum SQuAD {
  static let secondVersion = NativeClass(
    source: "9e3862852770e8a7",
    keys: #"""
      dataset_path: lighteval/squad_v2
      training_split: train
      validation_split: validation
      output_type: generate_until
      doc_to_text: "Title: {{title}}\n\nBackground: {{context}}\n\nQuestion: {{question}}\n\nAnswer:"
      doc_to_target: "{{' ' ~ (answers.text[0] if answers.text else 'unanswerable')}}"
      target_delimiter: ""
      generation_kwargs: {until: ["\n"]}
      metadata: {version: 3}
      """#,
    results: results,
    aggregations: ["exact", "f1"].flatMap { metric in
      [
        (metric, percent), ("HasAns_\(metric)", percent), ("NoAns_\(metric)", percent),
        ("best_\(metric)", best),
      ]
    }, continuation: " unanswerable")

  /// What a document adds: a score to the metrics of its kind, and all four numbers of ``Scored`` to the best ones.
  private static func results(
    _ document: TemplateDictionary, _ responses: FilteredResponses
  ) throws -> [(metric: String, SampleValue.Content)] {
    guard case .textAndScore(let answer, let logLikelihood) = responses else {
      throw TaskError.badData(.missing("answer and the likelihood of 'unanswerable'"))
    }
    let right = try document.requiredMapping("answers").requiredTexts("text")
    let compared = right.filter { !AnswerWords.words($0).isEmpty }
    let golds = compared.isEmpty ? [""] : compared
    let scores: [(metric: String, score: Double)] = [
      ("exact", golds.contains { AnswerWords.areEqual($0, answer) } ? 1 : 0),
      ("f1", golds.map { AnswerWords.f1(answer, $0) }.max() ?? 0),
    ]
    return scores.flatMap { metric, score in
      let scored = Scored(
        score: score, hasAnswer: !right.isEmpty, isAnswered: !answer.isEmpty,
        // The metric keeps it as a float32.
        noAnswerProbability: Double(Float(exp(logLikelihood))))
      return [
        (metric: metric, SampleValue.Content.numbers([scored.thresholded])),
        ("HasAns_\(metric)", .numbers(scored.hasAnswer ? [scored.thresholded] : [])),
        ("NoAns_\(metric)", .numbers(scored.hasAnswer ? [] : [scored.thresholded])),
        ("best_\(metric)", scored.content),
      ]
    }
  }

  /// One hundred times the mean; 0 of nothing.
  private static func percent(_ values: [SampleValue.Content]) -> Double {
    let numbers = values.flatMap { content -> [Double] in
      if case .numbers(let numbers) = content { numbers } else { [] }
    }
    return numbers.isEmpty ? 0 : 100 * numbers.reduce(0, +) / Double(numbers.count)
  }

  /// The greatest share that a threshold on the probability reaches, above which a question counts as not answered.
  private static func best(_ values: [SampleValue.Content]) -> Double {
    let scored = values.compactMap(Scored.init)
    var sum = Double(scored.count { !$0.hasAnswer })
    var best = sum
    // Equal ones stay in the order of the documents.
    for index in scored.indices.sorted(by: {
      (scored[$0].noAnswerProbability, $0) < (scored[$1].noAnswerProbability, $1)
    }) {
      let document = scored[index]
      sum += document.hasAnswer ? document.score : document.isAnswered ? -1 : 0
      best = max(best, sum)
    }
    return scored.isEmpty ? 0 : 100 * best / Double(scored.count)
  }

  /// An answer and what is known of its question.
  fileprivate struct Scored {
    /// Of the text alone.
    var score: Double
    var hasAnswer: Bool
    /// Whether the model wrote anything.
    var isAnswered: Bool
    var noAnswerProbability: Double

    /// With the script's threshold of 1, which only rounding passes.
    var thresholded: Double { noAnswerProbability > 1 ? (hasAnswer ? 0 : 1) : score }

    var content: SampleValue.Content {
      .numbers([score, hasAnswer ? 1 : 0, isAnswered ? 1 : 0, noAnswerProbability])
    }
  }
}

extension SQuAD.Scored {
  fileprivate init?(_ content: SampleValue.Content) {
    guard case .numbers(let numbers) = content, numbers.count == 4 else { return nil }
    self.init(
      score: numbers[0], hasAnswer: numbers[1] == 1, isAnswered: numbers[2] == 1,
      noAnswerProbability: numbers[3])
  }
}

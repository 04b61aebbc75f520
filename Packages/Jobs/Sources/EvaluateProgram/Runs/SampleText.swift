import Basics
import Evaluations
import Foundation
import Runs

/// A sample as a person reads it: what was asked, what was right, what the model answered, and by how much.
struct SampleText {
  private let evaluation: String
  /// Of one run, or of two that answered the same, each under its letter.
  private let samples: [(run: String, sample: RecordedSample)]

  init(_ evaluation: String, _ samples: [(run: String, sample: RecordedSample)]) {
    (self.evaluation, self.samples) = (evaluation, samples)
  }

  /// - Parameter isWhole: Whether a long prompt is shown from its beginning.
  func text(isWhole: Bool) -> String {
    let sample = samples[0].sample
    var lines = ["── \(evaluation), document \(sample.document): \(verdict)"]
    let options = ChoiceOptions(sample)
    if let prompt = options?.prompt ?? sample.arguments.first?.first {
      lines += block(sample.isWholeText ? "text" : "prompt", isWhole ? prompt : Self.end(of: prompt))
    }
    if let options {
      lines += ["choices, with log-likelihoods in nats:"] + choices(options)
    } else {
      if !sample.isWholeText, let expected = sample.expected { lines += block("right", expected) }
      for (run, sample) in samples { lines += answers(of: sample, run) }
    }
    for (run, sample) in samples {
      if let margin = sample.margin { lines.append("\(prefix(run))\(margin)") }
      let counts = [
        ("truncated", sample.counts.truncated), ("tied", sample.counts.tied),
        ("merged", sample.counts.merged),
      ]
      let remarks = counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
      if !remarks.isEmpty { lines.append("\(prefix(run))\(remarks.joined(separator: ", "))") }
    }
    return lines.joined(separator: "\n").printable(keeping: "\n\t")
  }

  /// The samples as the run recorded them, without the ids.
  var json: String {
    let sample = samples[0].sample
    var pairs: [(String, JSONValue)] = [
      ("evaluation", .text(evaluation)), ("doc_id", .integer(sample.document)),
      ("arguments", .list(sample.arguments.map { .list($0.map(JSONValue.text)) })),
      ("right", sample.right.map { .list($0.map(JSONValue.integer)) } ?? .optional(sample.expected)),
    ]
    pairs += samples.map { run, sample in (run.isEmpty ? "answer" : run, sample.answerJSON) }
    return JSONValue.object(pairs).line
  }

  private var verdict: String {
    samples.map { run, sample in
      let word =
        sample.isWholeText
        ? "perplexity \(String(format: "%.4f", sample.score))"
        : sample.isRight.map { $0 ? "right" : "wrong" } ?? "score \(String(format: "%.4f", sample.score))"
      return prefix(run) + word
    }.joined(separator: ", ")
  }

  private func prefix(_ run: String) -> String { run.isEmpty ? "" : "\(run): " }

  /// A line for each choice: what it is worth to each run, and which one is right or chosen.
  private func choices(_ options: ChoiceOptions) -> [String] {
    options.texts.enumerated().map { index, text in
      let worths = samples.map { _, sample in
        sample.logLikelihoods.flatMap {
          $0.indices.contains(index) ? String(format: "%10.3f", $0[index]) : nil
        }
          ?? ""
      }
      var marks = samples[0].sample.right?.contains(index) == true ? ["right"] : []
      marks += samples.filter { $0.sample.chosen == index }.map {
        "\($0.run.isEmpty ? "" : $0.run + " ")chosen"
      }
      let mark = marks.isEmpty ? "" : "   ← \(marks.joined(separator: ", "))"
      return "\(worths.joined())  \(text.replacing("\n", with: "⏎"))\(mark)"
    }
  }

  private func answers(of sample: RecordedSample, _ run: String) -> [String] {
    var lines = sample.generated.flatMap { block("\(prefix(run))answer", $0) }
    for (filter, answer) in sample.answers.sorted(by: { $0.key < $1.key }) where sample.generated != [answer]
    {
      lines += block(
        "\(prefix(run))answer\(filter == Metric.noFilter ? "" : " after filter '\(filter)'")", answer)
    }
    return lines
  }

  /// A text under a title, indented.
  private func block(_ title: String, _ text: String) -> [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { "  │ \($0)" }
    return ["\(title):"] + lines
  }

  /// The question stands at the end.
  private static func end(of prompt: String) -> String {
    prompt.count > 1000 ? "… " + prompt.suffix(1000) : prompt
  }
}

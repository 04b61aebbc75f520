import ArgumentParser
import Basics
import Comparing
import Evaluating
import Foundation
import Jobs
import Runs

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Say whether one of two finished runs is better, and where they differ.",
    discussion: """
      For each evaluation, on the documents that both runs answered: McNemar's exact test on right and wrong answers, a \
      paired bootstrap on the log-likelihoods of what is right, and the documents that flipped. p-values are corrected for \
      the number of evaluations (Holm).
      """)

  @Argument(
    help: ArgumentHelp(
      "Compare this run: its name, its id or the beginning of one, or a folder.", valueName: "a"),
    transform: givenPath)
  var first: String
  @Argument(help: ArgumentHelp("With this one.", valueName: "b"), transform: givenPath)
  var second: String
  @OptionGroup var store: StoreOptions
  @Flag(help: "Print one JSON object instead of a table.")
  var json = false

  func run() throws {
    let comparison = try RunComparison(try store.run(first), try store.run(second))
    print(json ? comparison.json.indented : comparison.description)
  }
}

extension RunComparison {
  fileprivate var description: String {
    var table = TextTable(
      header: [
        "evaluation", "samples", "A", "B", "B-A", "only A", "only B", "p", "corrected", "nats B-A", "95 %",
      ])
    for task in tasks {
      let interval = task.logLikelihood
      table.rows.append([
        task.name, "\(task.samples)", Self.number(task.first), Self.number(task.second),
        Self.number(task.second - task.first), task.flips.map { "\($0.onlyFirst.count)" } ?? "",
        task.flips.map { "\($0.onlySecond.count)" } ?? "", task.pValue.map(Self.number) ?? "",
        task.correctedPValue.map(Self.number) ?? "", interval.map { Self.number($0.mean) } ?? "",
        interval.map { "\(Self.number($0.low)) … \(Self.number($0.high))" } ?? "",
      ])
    }
    var lines = [table.text]
    for task in tasks where max(task.own.first, task.own.second) > task.samples {
      lines.append("")
      lines.append(
        "\(task.name): the \(task.samples) samples that both runs have; A has \(task.own.first), B \(task.own.second)"
      )
    }
    for task in tasks {
      guard let flips = task.flips, !(flips.onlyFirst + flips.onlySecond).isEmpty else { continue }
      lines.append("")
      lines.append("\(task.name): documents that only A has right: \(Self.list(flips.onlyFirst))")
      lines.append("\(task.name): documents that only B has right: \(Self.list(flips.onlySecond))")
    }
    for (run, names) in [("A", onlyInFirst), ("B", onlyInSecond)] where !names.isEmpty {
      lines.append("")
      lines.append("only in \(run): \(names.joined(separator: ", "))")
    }
    return lines.joined(separator: "\n")
  }

  fileprivate var json: JSONValue {
    .object([
      ("tasks", .object(tasks.map { ($0.name, $0.json) })),
      ("only_in_first", .list(onlyInFirst.map(JSONValue.text))),
      ("only_in_second", .list(onlyInSecond.map(JSONValue.text))),
    ])
  }

  private static func number(_ value: Double) -> String { String(format: "%.4f", value) }
  private static func list(_ documents: [Int]) -> String {
    documents.isEmpty ? "none" : documents.map(String.init).joined(separator: ", ")
  }
}

extension TaskComparison {
  fileprivate var json: JSONValue {
    var pairs: [(String, JSONValue)] = [
      ("samples", .integer(samples)), ("samples_of_first", .integer(own.first)),
      ("samples_of_second", .integer(own.second)), ("first", .number(first)), ("second", .number(second)),
      ("p_value", pValue.map(JSONValue.number) ?? .null),
      ("p_value_corrected", correctedPValue.map(JSONValue.number) ?? .null),
    ]
    if let flips {
      pairs += [
        ("only_first", .list(flips.onlyFirst.map(JSONValue.integer))),
        ("only_second", .list(flips.onlySecond.map(JSONValue.integer))),
      ]
    }
    if let logLikelihood {
      pairs.append(
        (
          "log_likelihood_difference",
          .object([
            ("mean", .number(logLikelihood.mean)), ("low", .number(logLikelihood.low)),
            ("high", .number(logLikelihood.high)), ("p_value", .number(logLikelihood.pValue)),
          ])
        ))
    }
    return .object(pairs)
  }
}

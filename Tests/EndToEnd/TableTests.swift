import Basics
import Foundation
import Testing

/// `table` of runs whose tasks belong to groups.
@Suite("A table of groups")
struct TableTests {
  private let folder: TemporaryFolder

  /// Two runs of a group of two tasks and of a task that is in none.
  init() throws {
    folder = try TemporaryFolder()
    for name in ["one", "two", "alone"] {
      try folder.write(
        """
        task: \(name)
        dataset_path: words
        validation_split: validation
        output_type: multiple_choice
        doc_to_text: "{{q}}"
        doc_to_target: gold
        doc_to_choice: [is, was]
        metric_list: [{metric: acc}]
        """, to: "tasks/\(name).yaml")
    }
    try folder.write(
      "group: pair\ntask: [one, two]\naggregate_metric_list: [{metric: acc}]\n", to: "tasks/pair.yaml")
    let words = ["The sun", "A dog", "One day", "She", "It", "The tree"]
    try folder.write(
      words.enumerated().map { #"{"q": "\#($1)", "gold": \#($0 % 2)}"# }.joined(separator: "\n"),
      to: "data/words/validation.jsonl")
    for (name, mode) in [("a", "float32"), ("b", "bfloat16")] {
      let arguments = [
        "run", "--restore", fixtures + "/eval_model", "--tasks-dir", "tasks", "--data", "data", "--tasks",
        "pair,alone", "--name", name, "architecture.dtype.activation=\(mode)",
      ]
      let outcome = try Program.run(arguments, in: folder)
      try #require(outcome.code == 0, "\(outcome.errors)")
    }
  }

  private func output(_ arguments: String...) throws -> String {
    let outcome = try Program.run(["table", "a", "b"] + arguments, in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    return outcome.output
  }

  @Test("A group's row stands for its tasks unless they are asked for")
  func folds() throws {
    let names = { (text: String) in text.split(separator: "\n").map { $0.split(separator: " ").first ?? "" } }
    let folded = try output()
    #expect(folded.contains("pair (2 tasks)") && folded.contains("--subtasks"), "\(folded)")
    #expect(names(folded).contains("alone") && !names(folded).contains("one"), "\(folded)")
    let whole = try output("--subtasks")
    #expect(Set(names(whole)).isSuperset(of: ["one", "two", "pair", "alone"]), "\(whole)")
    #expect(try output("--format", "csv").contains("\none,"))
  }

  @Test("A group counts as one task in the mean of tasks, and has ranks")
  func countsOnce() throws {
    let table = try #require(JSONValue(Array(output("--json").utf8)).object)
    func values(_ part: String) -> [String: Double] {
      let rows = table[part]?.list?.compactMap(\.object) ?? []
      let pairs = rows.compactMap { row -> (String, Double)? in
        guard let name = row["name"]?.text, let entry = row["runs"]?.list?.first?.object,
          let value = entry["value"]?.number
        else { return nil }
        return (name, value)
      }
      return Dictionary(pairs) { first, _ in first }
    }
    let (tasks, groups, averages) = (values("tasks"), values("groups"), values("averages"))
    let pair = try #require(groups["pair"])
    let alone = try #require(tasks["alone"])
    #expect(try abs(#require(averages["mean of tasks"]) - (pair + alone) / 2) < 1e-12)
    let all = try #require(tasks["one"]) + #require(tasks["two"]) + alone
    #expect(try abs(#require(averages["mean by documents"]) - all / 3) < 1e-12)
    let ranks = table["groups"]?.list?.first?.object?["runs"]?.list?.compactMap {
      $0.object?["rank"]?.integer
    }
    #expect(ranks == [1, 1])
  }
}

import Basics
import Comparing
import Figures
import Foundation

extension Gate {
  /// One JSON object.
  var json: JSONValue {
    .object([
      ("verdict", .text(verdict.rawValue)), ("base", .text(base)), ("candidate", .text(candidate)),
      ("drop", .number(rule.drop)), ("alpha", .number(rule.alpha)), ("power", .number(rule.power)),
      ("seed", seed.map { .json("\($0)") } ?? .null),
      ("tasks", .object(tasks.map { ($0.scores.name, $0.json) })),
      ("notes", .list(notes.map(JSONValue.text))),
    ])
  }

  /// For a comment on a pull request.
  var markdown: String {
    let rows = tasks.map {
      "| " + cells($0).map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
    let lines =
      ["### Gate: \(verdict.rawValue)", "", "| \(Self.columns.joined(separator: " | ")) |"]
      + ["|---" + String(repeating: "|---:", count: Self.columns.count - 1) + "|"] + rows + [""]
      + (sentences + notes).map { "- \($0)" } + ["", answer, ""]
    return lines.joined(separator: "\n")
  }

  /// A test case for each task: what fails is a failure, what is inconclusive is skipped.
  var junit: String {
    func count(_ verdict: Verdict) -> Int { tasks.count { $0.verdict == verdict } }
    let counts =
      "tests=\"\(tasks.count)\" failures=\"\(count(.fails))\" errors=\"0\" skipped=\"\(count(.inconclusive))\""
    let name = xmlEscaped("\(candidate) against \(base)")
    let cases = tasks.map { task in
      let head = "    <testcase classname=\"gate\" name=\"\(xmlEscaped(task.scores.name))\""
      let message = "message=\"\(xmlEscaped(sentence(task)))\"/>"
      return switch task.verdict {
      case .passes: "\(head)/>"
      case .fails: "\(head)>\n      <failure \(message)\n    </testcase>"
      case .inconclusive: "\(head)>\n      <skipped \(message)\n    </testcase>"
      }
    }
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites \(counts)>
        <testsuite name="\(name)" \(counts)>
      \(cases.joined(separator: "\n"))
        </testsuite>
      </testsuites>

      """
  }
}

extension GatedTask {
  fileprivate var json: JSONValue {
    .object([
      ("verdict", .text(verdict.rawValue)), ("metric", .text(scores.metric)),
      ("documents", .integer(scores.count)), ("read", .integer(read)), ("base", .number(scores.baseMean)),
      ("candidate", .number(scores.candidateMean)), ("loss", .number(scores.loss)),
      ("lost", .integer(scores.losses)), ("gained", .integer(scores.gains)),
      ("p_no_loss", .number(test.worse)), ("p_no_loss_corrected", .number(correctedWorse)),
      ("p_drop", .number(test.notWorse)), ("power", .number(power)),
      ("documents_needed", needed.map(JSONValue.integer) ?? .null),
    ])
  }
}

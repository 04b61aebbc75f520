import Basics
import Comparing
import Foundation

extension GatePlan {
  /// A table of documents needed, and on what it rests.
  var text: String {
    let seen = tasks.contains { $0.seen != nil }
    var table = TextTable(
      header: ["evaluation", "documents"] + Self.assumed.map(percent) + (seen ? ["seen", "needed"] : []))
    table.rows = tasks.map { task in
      let own = task.seen.map { [share($0), "\($0.needed)"] } ?? ["", ""]
      return [task.name, "\(task.documents)"] + task.needed.map(String.init) + (seen ? own : [])
    }
    return ([table.text, "", basis] + (seen ? [seenBasis] : [])).joined(separator: "\n")
  }

  private var basis: String {
    """
    documents with which 'gate --drop \(rule.drop) --alpha \(rule.alpha)' fails a loss of the drop with \
    a probability of \(rule.power), by the share of documents that one model alone has right: about 2 % for \
    a model and its quantised form, 20 % for models trained apart\
    \(tasks.count > 1 ? "; alpha is divided among \(tasks.count) evaluations" : "")
    """
  }

  private var seenBasis: String {
    tasks.contains { $0.seen?.isOfTwo == true }
      ? "'seen' is that share in the two runs"
      : "'seen' is at most that share: of a model as often right as the run, independently of it"
  }

  private func share(_ seen: Seen) -> String {
    seen.discordance.map { (seen.isOfTwo ? "" : "≤ ") + String(format: "%.1f %%", 100 * $0) } ?? ""
  }

  private func percent(_ share: Double) -> String { String(format: "%.0f %%", 100 * share) }

  /// One JSON object.
  var json: JSONValue {
    .object([
      ("detect", .number(rule.drop)), ("alpha", .number(rule.alpha)), ("power", .number(rule.power)),
      ("discordance_assumed", .list(Self.assumed.map(JSONValue.number))),
      (
        "evaluations",
        .object(
          tasks.map { task in
            (
              task.name,
              .object([
                ("documents", .integer(task.documents)),
                ("documents_needed", .list(task.needed.map(JSONValue.integer))),
                ("discordance_seen", task.seen?.discordance.map(JSONValue.number) ?? .null),
                ("discordance_is_of_two_runs", task.seen.map { .bool($0.isOfTwo) } ?? .null),
                ("documents_needed_as_seen", task.seen.map { .integer($0.needed) } ?? .null),
              ])
            )
          })
      ),
    ])
  }
}

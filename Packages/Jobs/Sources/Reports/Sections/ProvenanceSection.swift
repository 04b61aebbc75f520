import Basics
import Foundation
import Jobs
import Runs

/// What the numbers rest on: weights, tokenizer, kernels, settings; where runs differ, it shows.
struct ProvenanceSection {
  private let runs: [ReportedRun]

  init(_ runs: [ReportedRun]) { self.runs = runs }

  var markup: Markup {
    let facts = runs.map(Self.facts)
    var names: [String] = []
    for name in facts.flatMap({ $0.map(\.0) }) where !names.contains(name) { names.append(name) }
    let rows = names.map { name -> [Markup] in
      let values = facts.map { $0.first { $0.0 == name }?.1 ?? "" }
      let isDifferent = Set(values).count > 1
      return ["\(name)"] + values.map { isDifferent ? "<mark>\($0)</mark>" : "\($0)" }
    }
    let settings = runs.map { SettingsText($0.run, title: $0.label).markup }
    return """
      <section id="provenance" aria-labelledby="provenance-title">
      <h2 id="provenance-title">Settings and provenance</h2>
      \(Markup.table("What the numbers rest on", header: [""] + runs.map(\.label), numeric: [], rows: rows))\(settings)</section>

      """
  }

  private static func facts(_ run: ReportedRun) -> [(String, String)] {
    let own: [(String, String)] = [
      ("model", run.result.run.model ?? ""), ("run", run.run.reference), ("job", run.result.job),
    ]
    let provenance = run.result.json.object?["provenance"]?.object
    let recorded = provenance.map { members in
      members.names.map { ($0, members[$0]?.fact ?? "") }
    }
    return own.filter { !$0.1.isEmpty } + (recorded ?? [])
  }
}

extension JSONValue {
  /// A text without quotation marks; an object as what it holds.
  fileprivate var fact: String {
    switch self {
    case .text(let text): text
    case .object(let pairs):
      pairs.filter { $0.1 != .null }.map { "\($0) \($1.fact)" }.joined(separator: ", ")
    default: line
    }
  }
}

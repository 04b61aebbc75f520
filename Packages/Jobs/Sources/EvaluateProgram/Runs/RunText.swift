import Basics
import Foundation
import Jobs
import Runs

/// A finished run as a person reads it: what it was, and the table of its scores.
struct RunText {
  let text: String

  /// - Throws: ``JobError`` for a run that has not finished.
  init(_ run: StoredRun) throws {
    let result = try run.finished()
    let (provenance, report) = (result.provenance, result.run)
    let facts: [(String, String?)] = [
      ("run", run.title), ("id", run.id),
      ("began", "\(run.began.formatted(.iso8601)), took \(String(format: "%.1f", report.seconds)) s"),
      ("model", report.model), ("weights", provenance.weights),
      ("mode", "\(provenance.mode), at most \(provenance.blockSize) tokens"),
      ("limit", run.limit.map { "\($0) documents of each evaluation" }),
      ("shots", run.shots.map { "\($0)" }), ("split", provenance.documents?.split),
      ("sampling", provenance.sampling.map { $0.json.line }),
      ("version", provenance.version), ("folder", run.folder),
    ]
    let lines = TextTable.columns(facts.compactMap { key, value in value.map { [key, $0] } })
    text = lines.joined(separator: "\n") + "\n\n" + ResultsTable(result).text
  }
}

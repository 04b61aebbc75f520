import Foundation
import Jobs

/// What a finished run left in its folder of results.
struct FinishedRun {
  let provenance: Provenance
  /// The names of its evaluations, sorted.
  let evaluations: [String]

  /// - Throws: ``JobError`` where there is no results file of ours.
  init(folder: String) throws(JobError) {
    let path = "\(folder)/\(ResultsFile.name)"
    guard let data = FileManager.default.contents(atPath: path) else {
      throw JobError(.missingInput, "there are no results '\(path)'")
    }
    guard let file = try? JSONDecoder().decode(File.self, from: data) else {
      throw JobError(.badData, "'\(path)' is no results file, or one of another version")
    }
    provenance = file.provenance
    evaluations = file.results.keys.sorted()
  }

  private struct File: Decodable {
    var provenance: Provenance
    var results: [String: Double?]
  }
}

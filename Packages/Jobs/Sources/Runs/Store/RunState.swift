import Foundation
import Jobs

/// How far a run has come, as far as its files show it.
public enum RunState: String, Sendable, CaseIterable {
  /// It has results.
  case finished
  /// A process is at work on it.
  case running
  /// It was stopped or killed before it had results. What the model answered is in the journal: the same command goes on.
  case interrupted
  /// Its results cannot be read.
  case damaged

  /// - Parameter isKept: Whether it is the folder of one run. Elsewhere, settings alone are a sign of nothing.
  /// - Throws: ``JobError`` for a folder without anything that a run leaves.
  init(of folder: String, isKept: Bool) throws(JobError) {
    let results = "\(folder)/\(ResultFiles.results)"
    if FileManager.default.fileExists(atPath: results) {
      self = (try? RunResult(contentsOf: results)) == nil ? .damaged : .finished
    } else if RunMark.isHeld(in: folder) {
      self = .running
    } else if isKept, FileManager.default.fileExists(atPath: "\(folder)/\(ResultFiles.configuration)") {
      self = .interrupted
    } else {
      throw JobError(.missingFile(path: results, .results))
    }
  }
}

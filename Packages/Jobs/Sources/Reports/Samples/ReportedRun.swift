public import Jobs
public import Runs

/// A finished run as a report shows it.
public struct ReportedRun {
  public let run: StoredRun
  public let result: RunResult
  /// What the report calls it.
  public let label: String
  /// The text of a token's id, where the run's tokenizer is at hand.
  public let tokenText: ((Int32) -> String?)?

  /// - Throws: `JobError` for a run that has not finished, and for results that cannot be read.
  public init(_ run: StoredRun, label: String, tokenText: ((Int32) -> String?)? = nil) throws(JobError) {
    self.run = run
    result = try run.finished()
    self.label = label
    self.tokenText = tokenText
  }

  /// Names for runs side by side: as short as tells them apart.
  public static func labels(of runs: [StoredRun]) -> [String] {
    let names = runs.map { $0.name?.name ?? $0.title }
    return zip(runs, names).map { run, name in
      names.count { $0 == name } > 1 ? "\(name) \(run.reference)" : name
    }
  }

  /// What an evaluation came to; `nil` where the run does not have it.
  func result(of evaluation: String) -> RunResult.Evaluation? {
    result.evaluations.first { $0.name == evaluation }
  }
}

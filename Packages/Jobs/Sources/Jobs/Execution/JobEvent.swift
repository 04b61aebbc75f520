/// What happens in a run, for those who log it or look on.
public enum JobEvent: Sendable {
  /// The run's own files lie here, before there are results.
  case began(folder: String)
  /// What an evaluation comes to by the samples that are answered so far.
  case running(RunResult.Evaluation, of: Int)
  /// What an evaluation came to.
  case evaluated(RunResult.Evaluation)
  /// What a run of training measured after an update.
  case measured(step: Int, values: [(name: String, value: Double)])
}

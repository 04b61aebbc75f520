import Basics

/// What a job has produced.
public enum JobOutcome: Sendable {
  /// Evaluations have run; what they came to.
  case results(RunResult, folder: String)
  /// A checkpoint, in this folder.
  case checkpoint(folder: String)
  /// A data set to train on, in this folder.
  case data(folder: String)
  /// Files that are none of these.
  case files([String])
  /// Nothing that the job reports; also on a rank other than the main one.
  case nothing

  /// One JSON value, as `--json` prints it.
  public var json: String {
    switch self {
    case .results(let result, _): result.json.indented
    case .checkpoint(let folder): JSONValue.object([("checkpoint", .text(folder))]).indented
    case .data(let folder): JSONValue.object([("data", .text(folder))]).indented
    case .files(let paths): JSONValue.object([("files", .list(paths.map(JSONValue.text)))]).indented
    case .nothing: "{}"
    }
  }
}

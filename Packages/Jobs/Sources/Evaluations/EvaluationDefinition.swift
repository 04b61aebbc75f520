/// What an evaluation was made of, for provenance and for the files of other tools.
///
/// Of an evaluation that is part of the program nothing is needed beyond its name; a task file fills all of it.
public struct EvaluationDefinition: Sendable, Equatable {
  /// The name in tables; `nil` where it is the evaluation's name.
  public var alias: String?
  /// The number of solved examples before each question; `nil` where the evaluation has none by its kind.
  public var shots: Int?
  /// The split of a data set whose documents are asked about.
  public var split: String?
  /// The version that its author gave it.
  public var version: String?
  /// Its settings, one JSON object.
  public var settings: String?
  /// The functions that it calls, each with the digest of its source.
  public var functions: [String] = []
  /// Whether the functions run in Python; else in this program.
  public var callsPython = false
  /// Whether it runs programs that the model writes.
  public var runsPrograms = false
  /// Whether its documents come from the folder of data sets.
  public var readsDataRoot = false

  public init() {}
}

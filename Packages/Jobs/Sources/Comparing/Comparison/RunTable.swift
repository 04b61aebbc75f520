import Evaluations
import Jobs
public import Runs

/// Finished runs side by side: what each came to in each task, which differences hold, and averages.
///
/// A run is behind another where it is worse with a p-value below ``significance``, corrected for all pairs of runs in all
/// tasks (Holm); its rank is one more than the runs that it is behind. The mean over tasks is corrected for all pairs of its
/// own.
public struct RunTable: Sendable {
  /// The chance that any one of a table's differences is none.
  public static let significance = 0.05

  public let runs: [StoredRun]
  /// The runs' evaluations, in the order in which they first occur.
  public let tasks: [Row]
  /// What sums up several of them in the runs' own files; ranked by the documents of all their tasks.
  public let groups: [Row]
  /// Over all tasks that are shares of right answers in every run, where a group counts as one task.
  public let averages: [Row]
  /// The tasks that are part of no average: a run lacks them, or they are no such share.
  public let notAveraged: [String]
  /// The tasks of which runs asked different documents; tests are on those in common.
  public let differing: [String]

  /// A task, a group or an average.
  public struct Row: Sendable {
    public var name: String
    /// Those that a group sums up, of groups within it too; none of a task or an average.
    public var tasks: [String] = []
    /// As results name it, `acc,none`.
    public var metric: String
    /// Whether more is better; `nil` where that is not known.
    public var higherIsBetter: Bool?
    /// One for each run; `nil` for a run that lacks it.
    public var entries: [Entry?]
  }

  /// What a run came to in a task.
  public struct Entry: Sendable {
    public var value: Double
    public var standardError: Double?
    /// What guessing would come to, where that is known.
    public var chance: Double?
    /// Documents; `nil` for a group or an average.
    public var samples: Int?
    /// From 1, which several may have; `nil` where nothing was tested.
    public var rank: Int?
  }

  /// - Throws: ``JobError`` for runs that have not finished, for samples that are missing or damaged, and for documents that
  ///   are not the same in two runs.
  public init(_ runs: [StoredRun]) throws {
    let results = try runs.map { run throws(JobError) in try run.finished() }
    let measured = RunRows(results)
    var tests = RunTests(count: runs.count)
    for task in measured.tasks { try tests.add(task, of: runs) }
    let averages = RunAverages(measured.tasks, measured.groups)
    self.runs = runs
    tasks = tests.ranked(measured.tasks)
    groups = tests.ranked(measured.groups, of: measured.tasks)
    self.averages = averages.rows(ranks: tests.ranks(of: [averages.weights])[0])
    notAveraged = measured.tasks.map(\.name).filter { averages.weights[$0] == nil }
    differing = measured.tasks.filter { Set($0.entries.compactMap { $0?.samples }).count > 1 }.map(\.name)
  }
}

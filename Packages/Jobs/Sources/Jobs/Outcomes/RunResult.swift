public import Evaluations

/// What a run of evaluations came to.
///
/// It is written as `results.json` and read back from there; see RESULTS.md for the file.
public struct RunResult: Sendable, Equatable {
  public var job: String
  public var project: String?
  public var group: String?
  /// In the order in which they were named.
  public var evaluations: [Evaluation]
  public var groups: [Group]
  public var provenance: Provenance
  public var run: RunReport

  /// What one evaluation came to.
  public struct Evaluation: Sendable, Equatable {
    public var name: String
    /// The evaluation's own result first.
    public var metrics: [Metric]
    public var samples: Int
    public var counts: Counts

    public init(name: String, metrics: [Metric], samples: Int, counts: Counts) {
      (self.name, self.metrics, self.samples, self.counts) = (name, metrics, samples, counts)
    }
  }

  /// What several evaluations come to together.
  public struct Group: Sendable, Equatable {
    public var name: String
    /// The names of its evaluations, those of groups within it among them; none in files of version 0.1.
    public var evaluations: [String]
    public var metrics: [Metric]

    public init(name: String, evaluations: [String] = [], metrics: [Metric]) {
      (self.name, self.evaluations, self.metrics) = (name, evaluations, metrics)
    }
  }

  public init(
    job: JobSpec, evaluations: [Evaluation], groups: [Group] = [], provenance: Provenance, run: RunReport
  ) {
    (self.job, project, group) = (job.name, job.project, job.group)
    (self.evaluations, self.groups, self.provenance, self.run) = (evaluations, groups, provenance, run)
  }
}

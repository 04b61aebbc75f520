public import Jobs
import Models

extension Registry {
  /// Registers `KEY/evaluate` for every registered model that has no such job and reads checkpoints of this program.
  ///
  /// - Throws: ``JobError`` where another thread registers a job of the same key.
  public func registerEvaluationJobs() throws(JobError) {
    let taken = Set(jobs.map(\.key))
    for (key, type) in models where type.backbone == nil && !taken.contains("\(key)/evaluate") {
      try register(job: Self.evaluation(of: type), as: "\(key)/evaluate")
    }
  }

  private static func evaluation<Model: LanguageModel>(of type: Model.Type) -> any Job.Type {
    Evaluate<Model>.self
  }
}

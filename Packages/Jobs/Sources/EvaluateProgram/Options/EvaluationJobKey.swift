import Configurate
import Jobs

/// The keys of the jobs that evaluate, by where their models are.
enum EvaluationJobKey {
  static let checkpoint = "gpt/evaluate"
  static let backbone = "backbone/evaluate"
  static let server = "openai/evaluate"

  /// That of a command line which names no job.
  static func usual(backbone: String?) -> String { backbone == nil ? checkpoint : self.backbone }

  /// The job of a run, by its settings.
  static func job(of settings: SettingsTree) throws -> any EvaluationJob.Type {
    try Registry.shared.evaluationJob(settings.value(of: "job") ?? checkpoint)
  }
}

public import Sharding

extension LanguageModel {
  /// What the model would hold of a source, on each rank; nothing is read.
  ///
  /// - Throws: ``ModelError`` for settings that contradict each other, `PlacementError` for a parameter that cannot be
  ///   cut, ``ParameterError`` naming every parameter that is missing, unexpected or of another shape.
  public static func survey(
    _ settings: Configuration, of source: any ParameterSource, mesh: Mesh,
    cutting sharding: ShardingSettings = ShardingSettings()
  ) throws -> ModelSurvey {
    try ModelSurvey(of: source, mesh: mesh, rules: Self.sharding, settings: sharding) {
      try Self(settings, parameters: $0)
    }
  }

  /// Builds a model that scores from all parameters of a source, of which this rank keeps its part.
  ///
  /// - Parameter type: What parameters are rounded to where it is narrower than what the source holds.
  /// - Throws: As ``survey(_:of:mesh:cutting:)``, before anything is read; ``ParameterError`` for what cannot be read.
  public static func read(
    _ settings: Configuration, from source: any ParameterSource, mesh: Mesh = .solo, rank: Int = 0,
    type: ParameterType = .float32
  ) throws -> Self {
    try read(settings, from: source, as: survey(settings, of: source, mesh: mesh), rank: rank, type: type)
  }

  /// Builds a model of a source that was surveyed.
  public static func read(
    _ settings: Configuration, from source: any ParameterSource, as survey: ModelSurvey, rank: Int = 0,
    type: ParameterType = .float32
  ) throws -> Self {
    let reader = ParameterReader(
      source, rules: survey.rules, mesh: survey.mesh, rank: rank, type: type, isTrainable: false)
    let model = try Self(settings, parameters: reader)
    try reader.finish()
    return model
  }
}

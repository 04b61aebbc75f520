public import Sharding

extension LanguageModel {
  /// Builds a model that scores from all parameters of a source, of which this rank keeps its part.
  ///
  /// - Parameters:
  ///   - rules: ``Module/sharding``, or what a run makes of it.
  ///   - type: What parameters are rounded to where it is narrower than what the source holds.
  /// - Throws: As ``survey(_:of:rules:mesh:)``, before anything is read; ``ParameterError`` for what cannot be read.
  public static func read(
    _ settings: Configuration, from source: any ParameterSource,
    rules: [(LogicalAxis, MeshAxis?)] = Self.sharding, mesh: Mesh = .solo, rank: Int = 0,
    type: ParameterType = .float32
  ) throws -> Self {
    _ = try survey(settings, of: source, rules: rules, mesh: mesh)
    let reader = ParameterReader(
      source, rules: rules, mesh: mesh, rank: rank, type: type, isTrainable: false)
    let model = try Self(settings, parameters: reader)
    try reader.finish()
    return model
  }

  /// What the model would hold of a source, on each rank; nothing is read.
  ///
  /// - Throws: ``ModelError`` for settings that contradict each other, `PlacementError` for a parameter that cannot be
  ///   cut, ``ParameterError`` naming every parameter that is missing, unexpected or of another shape.
  public static func survey(
    _ settings: Configuration, of source: any ParameterSource,
    rules: [(LogicalAxis, MeshAxis?)] = Self.sharding, mesh: Mesh
  ) throws -> [SurveyedParameter] {
    let reader = ParameterReader(surveying: source, rules: rules, mesh: mesh)
    _ = try Self(settings, parameters: reader)
    try reader.checkPlacement()
    try reader.finish()
    return reader.surveyed
  }
}

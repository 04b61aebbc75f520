public import Sharding
public import TensorCore

/// What a model would hold on each rank of a mesh, found out from headers alone.
public struct ModelSurvey: Sendable {
  public let mesh: Mesh
  /// How it is cut: the model's own rules, and the vocabulary too where its size divides.
  public let rules: [(LogicalAxis, MeshAxis?)]
  public let parameters: [SurveyedParameter]
  /// What matrices are packed for.
  public let mode: ComputeMode

  /// - Parameters:
  ///   - rules: The model's own.
  ///   - settings: What the run changes about them.
  ///   - make: Makes the model with a reader that reads nothing.
  /// - Throws: What `make` throws; `PlacementError` for a parameter that cannot be cut, ``ParameterError`` naming every
  ///   parameter that is missing, unexpected or of another shape.
  init(
    of source: any ParameterSource, mesh: Mesh, rules: [(LogicalAxis, MeshAxis?)], settings: ShardingSettings,
    make: (ParameterReader) throws -> any LanguageModel
  ) throws {
    func survey(_ rules: [(LogicalAxis, MeshAxis?)]) throws -> ModelSurvey {
      let reader = ParameterReader(surveying: source, rules: rules, mesh: mesh)
      let mode = try make(reader).mode
      try reader.checkPlacement()
      try reader.finish()
      return ModelSurvey(mesh: mesh, rules: rules, parameters: reader.surveyed, mode: mode)
    }
    do {
      self = try survey(settings.rules(rules))
    } catch let error as PlacementError where settings.vocabulary && error.axis.name == .vocab {
      self = try survey(rules)
    }
  }

  private init(
    mesh: Mesh, rules: [(LogicalAxis, MeshAxis?)], parameters: [SurveyedParameter], mode: ComputeMode
  ) {
    self.mesh = mesh
    self.rules = rules
    self.parameters = parameters
    self.mode = mode
  }

  /// Bytes of the parameters that `rank` holds, as the kernels read them: quantised matrices in their blocks, others in the
  /// mode's numbers, vectors in float32.
  public func bytes(rank: Int) -> Int { parameters.reduce(0) { $0 + bytes($1, $1.slices[rank].count) } }

  /// Bytes of the whole model.
  public var wholeBytes: Int {
    parameters.reduce(0) { $0 + bytes($1, $1.axes.reduce(1) { $0 * $1.size }) }
  }

  private func bytes(_ parameter: SurveyedParameter, _ count: Int) -> Int {
    if let format = parameter.blocks { return count / format.elements * format.byteCount }
    return count * (parameter.axes.count > 1 && mode == .bfloat16 ? 2 : 4)
  }
}

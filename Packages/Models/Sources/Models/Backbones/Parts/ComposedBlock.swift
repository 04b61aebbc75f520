import TensorCore

/// The attention of a block: the part that rows of one sequence share.
protocol SequenceMixer: Sendable {
  /// - Shape: rows and residual `[tokens, width]`, result the same.
  /// - Parameters:
  ///   - layer: Which layer's keys and values of the cache these are, from 0.
  ///   - residual: What the result is added to, if anything.
  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, layer: Int, adding residual: Tensor?) throws
    -> Tensor
}

extension GroupedAttention: SequenceMixer {}

/// One block of a ``ComposedDecoder``.
struct ComposedBlock: Sendable {
  private let plan: BlockPlan
  private let attention: any SequenceMixer
  private let feedForward: any FeedForward
  private let beforeAttention: Norm?
  private let afterAttention: Norm?
  private let beforeFeedForward: Norm?
  private let afterFeedForward: Norm?

  init(
    _ settings: ComposedDecoder.Configuration, _ layer: LayerPlan, rotary: RotaryTable?,
    parameters: ParameterReader
  ) {
    let (shape, mode) = (settings.shape, settings.types.activation.mode)
    func norm(_ name: String?) -> Norm? {
      name.map { name in
        Norm(
          settings.norm, width: shape.width, epsilon: settings.epsilon,
          parameters: parameters.scoped(along: name))
      }
    }
    plan = settings.block
    attention =
      settings.latent.map { sizes in
        LatentAttention(
          sizes, of: shape, rotary: rotary, mode: mode,
          parameters: parameters.scoped(along: settings.attention.name))
      } ?? settings.attention.make(settings, layer, rotary: rotary, parameters: parameters)
    feedForward =
      layer.isMixture
      ? MixtureOfExperts(
        settings.mixture, shape: shape, mode: mode,
        parameters: parameters.scoped(along: settings.feedForward.name))
      : settings.feedForward.make(shape, mode: mode, parameters: parameters)
    beforeAttention = norm(plan.beforeAttention)
    afterAttention = norm(plan.afterAttention)
    beforeFeedForward = norm(plan.beforeFeedForward)
    afterFeedForward = norm(plan.afterFeedForward)
  }

  /// - Shape: rows `[tokens, width]` in and out.
  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, layer: Int) throws -> Tensor {
    switch plan.order {
    case .sequential: try sequential(rows, pass, layer)
    case .parallel: try parallel(rows, pass, layer)
    case .normAfterSum: try normedAfterSum(rows, pass, layer)
    }
  }

  private func sequential(_ rows: Tensor, _ pass: ForwardPass, _ layer: Int) throws -> Tensor {
    let read = beforeAttention?(rows) ?? rows
    let attended = try joined(plan.addsToNormalized ? read : rows, afterAttention) { residual in
      try attention(read, pass, layer: layer, adding: residual)
    }
    let fed = beforeFeedForward?(attended) ?? attended
    return try joined(plan.addsToNormalized ? fed : attended, afterFeedForward) { residual in
      try feedForward(fed, pass, adding: residual)
    }
  }

  private func parallel(_ rows: Tensor, _ pass: ForwardPass, _ layer: Int) throws -> Tensor {
    let read = beforeAttention?(rows) ?? rows
    let fed = beforeFeedForward?(rows) ?? read
    let attended = try joined(rows, nil) { residual in
      try attention(read, pass, layer: layer, adding: residual)
    }
    return try joined(attended, nil) { residual in try feedForward(fed, pass, adding: residual) }
  }

  private func normedAfterSum(_ rows: Tensor, _ pass: ForwardPass, _ layer: Int) throws -> Tensor {
    let sum = try attention(rows, pass, layer: layer, adding: rows)
    let attended = afterAttention?(sum) ?? sum
    let result = try feedForward(attended, pass, adding: attended)
    return afterFeedForward?(result) ?? result
  }

  /// A half's result, normalised and scaled, on top of the residual stream: in one go where nothing comes between.
  private func joined(_ residual: Tensor, _ norm: Norm?, _ half: (Tensor?) throws -> Tensor) rethrows
    -> Tensor
  {
    guard norm != nil || plan.residualScale != 1 else { return try half(residual) }
    let own = try half(nil)
    var result = norm?(own) ?? own
    result.scale(by: plan.residualScale)
    result.add(residual)
    return result
  }
}

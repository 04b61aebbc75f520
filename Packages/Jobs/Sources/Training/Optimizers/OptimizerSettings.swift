public import Configurate

/// Which optimiser a trainer uses, and by which rules.
public struct OptimizerSettings: Settings {
  /// The optimisers that there are.
  public enum Kind: String, Sendable, CaseIterable, SettingValue {
    /// ``AdamW``.
    case adamw
    /// ``Muon``.
    case muon
  }

  @Setting("optimization/optimizer", help: "Which optimizer turns gradients into updates")
  public var kind = Kind.adamw
  @Setting(
    "optimization/clip_norm",
    help: "Most that the gradients' norm may be; with 'muon', that of each group but the matrices'")
  public var largestNorm = 1.0
  @Setting("optimization/beta1", help: "'adamw': what the running mean of gradients keeps of itself")
  public var beta1 = 0.9
  @Setting("optimization/beta2", help: "'adamw': what the running mean of squared gradients keeps of itself")
  public var beta2 = 0.95
  @Setting("optimization/weight_decay", help: "'adamw': decoupled decay of the weights")
  public var decay = 0.1
  @Setting(
    "optimization/decay_vectors",
    help: "'adamw': decay biases and the weights of norms too, as the original system does")
  public var decaysVectors = false
  @Setting("optimization/muon/matrix_lr_multiplier", help: "'muon': factor of the learning rate for matrices")
  public var matrixRate = 1.0
  @Setting(
    "optimization/muon/embedding_lr_multiplier",
    help: "'muon': factor of the learning rate for embedding tables")
  public var embeddingRate = 15.0
  @Setting(
    "optimization/muon/unembedding_lr_multiplier",
    help: "'muon': factor of the learning rate for a head that is not the embedding")
  public var unembeddingRate = 0.2
  @Setting(
    "optimization/muon/scalar_lr_multiplier",
    help: "'muon': factor of the learning rate for biases and the weights of norms")
  public var scalarRate = 25.0
  @Setting("optimization/muon/weight_decay", help: "'muon': decoupled decay of matrices")
  public var matrixDecay = 0.0

  /// The defaults.
  public init() {}

  /// - Throws: ``TrainingError`` naming the setting that cannot be one.
  public func optimizer() throws(TrainingError) -> any Optimizer {
    try validate()
    switch kind {
    case .adamw:
      var rules = AdamW.Rules()
      (rules.beta1, rules.beta2, rules.decay) = (beta1, beta2, decay)
      (rules.decaysVectors, rules.largestNorm) = (decaysVectors, largestNorm)
      return AdamW(rules)
    case .muon:
      var rules = Muon.Rules()
      rules.rates = [
        .matrix: matrixRate, .embedding: embeddingRate, .unembedding: unembeddingRate, .scalar: scalarRate,
      ]
      (rules.decay, rules.largestNorm) = (matrixDecay, largestNorm)
      return Muon(rules)
    }
  }

  private func validate() throws(TrainingError) {
    for (key, value) in [("beta1", beta1), ("beta2", beta2)] where !(0..<1).contains(value) {
      throw TrainingError(
        .setting(key: "optimization/\(key)", expected: "at least 0 and below 1", found: "\(value)"))
    }
    for (key, value) in [
      ("weight_decay", decay), ("muon/weight_decay", matrixDecay), ("muon/matrix_lr_multiplier", matrixRate),
      ("muon/embedding_lr_multiplier", embeddingRate), ("muon/scalar_lr_multiplier", scalarRate),
      ("muon/unembedding_lr_multiplier", unembeddingRate),
    ] where !(value >= 0 && value.isFinite) {
      throw TrainingError(
        .setting(key: "optimization/\(key)", expected: "a number not below 0", found: "\(value)"))
    }
    guard largestNorm > 0 else {
      throw TrainingError(
        .setting(key: "optimization/clip_norm", expected: "above 0", found: "\(largestNorm)"))
    }
  }
}

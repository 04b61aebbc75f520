/// Which options a model chooses, beside which are right and what chance would choose.
struct ChoiceBias: Sendable, Equatable {
  /// One kind of option.
  struct Part: Sendable, Equatable {
    var chosen: Proportion
    var right: Proportion
    /// The share that a choice at random has.
    var chance: Double
    /// Where the right option is of this kind, how often the model is right.
    var accuracy: Proportion

    /// Whether chance lies outside the interval of what was chosen.
    var isBeyondChance: Bool { chosen.interval.map { !$0.contains(chance) } ?? false }
  }

  /// By the option's place among the options.
  let positions: [Part]
  let longest: Part
  let shortest: Part

  /// - Returns: `nil` without choices.
  init?(_ choices: [Choice]) {
    let known = choices.filter { $0.right != nil }
    guard !known.isEmpty else { return nil }
    positions = (0..<(known.map(\.logLikelihoods.count).max() ?? 0)).map { position in
      Self.part(known) { choice, option in option == position && position < choice.logLikelihoods.count }
    }
    longest = Self.part(known) { choice, option in choice.lengths[option] == choice.lengths.max() }
    shortest = Self.part(known) { choice, option in choice.lengths[option] == choice.lengths.min() }
  }

  /// - Parameter isOfKind: Whether an option of a choice is one of the kind that is counted.
  private static func part(_ choices: [Choice], _ isOfKind: (Choice, Int) -> Bool) -> Part {
    var (chosen, right, accurate, chance) = (0, 0, 0, 0.0)
    for choice in choices {
      let kind = choice.logLikelihoods.indices.count { isOfKind(choice, $0) }
      chance += Double(kind) / Double(choice.logLikelihoods.count)
      if isOfKind(choice, choice.chosen) { chosen += 1 }
      guard let index = choice.right, isOfKind(choice, index) else { continue }
      right += 1
      if choice.chosen == index { accurate += 1 }
    }
    return Part(
      chosen: Proportion(hits: chosen, count: choices.count),
      right: Proportion(hits: right, count: choices.count),
      chance: chance / Double(choices.count), accuracy: Proportion(hits: accurate, count: right))
  }
}

/// Whether two models that answer the same questions are equally good, by the questions that one of them alone has right.
///
/// - Source: McNemar 1947, in its exact form: under equality, either kind of flip has probability one half.
enum McNemar {
  /// The two-sided p-value of `first` flips one way and `second` the other.
  static func pValue(_ first: Int, _ second: Int) -> Double {
    min(1, 2 * oneSided(max(first, second), min(first, second)))
  }

  /// The p-value of at least `losses` flips one way where there are `losses` and `gains` of either.
  static func oneSided(_ losses: Int, _ gains: Int) -> Double {
    Binomial(trials: losses + gains, share: 0.5).atLeast(losses)
  }
}

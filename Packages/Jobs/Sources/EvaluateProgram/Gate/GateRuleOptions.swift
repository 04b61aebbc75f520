import ArgumentParser
import Comparing

/// What a gate promises, as options.
struct GateRuleOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The smallest loss that matters: 0.01 is a point of accuracy, or one percent of a perplexity.",
      valueName: "loss"))
  var drop = 0.01
  @OptionGroup var rates: ErrorRateOptions

  func validate() throws { try ErrorRateOptions.check("--drop", drop, between: 0, and: 1) }

  var rule: GateRule { rates.rule(drop: drop) }
}

/// How often a gate may be wrong, as options.
struct ErrorRateOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How often a candidate that is not worse may fail.", valueName: "share"))
  var alpha = 0.05
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How often a loss of the smallest size that matters must be found.", valueName: "share"))
  var power = 0.8

  func validate() throws {
    try Self.check("--alpha", alpha, between: 0, and: 0.5)
    try Self.check("--power", power, between: 0.5, and: 1)
  }

  func rule(drop: Double) -> GateRule { GateRule(drop: drop, alpha: alpha, power: power) }

  /// - Throws: `ValidationError`, also for NaN.
  static func check(_ name: String, _ value: Double, between low: Double, and high: Double) throws {
    guard value > low, value < high else {
      throw ValidationError("\(name) must be more than \(low) and less than \(high), found \(value)")
    }
  }
}

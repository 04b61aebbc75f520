import Foundation

/// Numbers as pages show them.
enum Numbers {
  /// With so many decimals; a dash for what is no finite number.
  static func text(_ value: Double?, decimals: Int = 4) -> String {
    guard let value, value.isFinite else { return "—" }
    return String(format: abs(value) < 1e6 ? "%.\(decimals)f" : "%.4g", value)
  }

  static func percent(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "—" }
    return String(format: "%.1f %%", 100 * value)
  }

  /// Such as `25.0 % [18.1, 33.2]`.
  static func text(_ proportion: Proportion) -> String {
    guard let interval = proportion.interval else { return "—" }
    return percent(proportion.value)
      + String(format: " [%.1f, %.1f]", 100 * interval.lowerBound, 100 * interval.upperBound)
  }

  static func bytes(_ count: Int) -> String { "\(count >> 20) MiB" }
}

internal import Foundation

/// Python's texts of floating-point numbers.
public enum PythonFloat {
  /// The shortest decimal that reads back as the same number; an exponent below 1e-4 and from 1e16 on.
  static func representation(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    let sign = value.sign == .minus ? "-" : ""
    let (digits, exponent) = decimal(value.magnitude)
    if exponent < -4 || exponent >= 16 {
      let head = digits.prefix(1) + (digits.count > 1 ? "." + digits.dropFirst() : "")
      let size = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
      return sign + head + "e" + (exponent < 0 ? "-" : "+") + size
    }
    if exponent < 0 {
      return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits
    }
    let padded = digits + String(repeating: "0", count: max(0, exponent + 2 - digits.count))
    return sign + padded.prefix(exponent + 1) + "." + padded.dropFirst(exponent + 1)
  }

  /// The significant digits and the power of ten of the first one.
  private static func decimal(_ value: Double) -> (digits: String, exponent: Int) {
    let parts = value.description.split(separator: "e")
    let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let whole = String(halves[0])
    let fraction = halves.count > 1 ? String(halves[1]) : ""
    var exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + whole.count - 1
    var digits = Substring(whole + fraction)
    while digits.count > 1, digits.first == "0" {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    return (String(digits), digits == "0" ? 0 : exponent)
  }

  /// With a fixed count of decimals, rounded from the exact binary value, halves to even.
  static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return representation(value) }
    return String(format: "%.\(min(max(decimals, 0), 400))f", value)
  }

  static func scientific(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return representation(value) }
    return String(format: "%.\(min(max(decimals, 0), 400))e", value)
  }

  static func general(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return representation(value) }
    return String(format: "%.\(min(max(digits, 1), 400))g", value)
  }

  /// Python's `round(value, decimals)`.
  static func rounded(_ value: Double, decimals: Int) -> Double {
    guard value.isFinite, decimals < 330 else { return value }
    if decimals >= 0 { return Double(fixed(value, decimals: decimals)) ?? value }
    guard decimals > -310 else { return 0 }
    let scientificDigits = decimal(value.magnitude).exponent + decimals
    guard scientificDigits >= 0 else {
      let unit = Double("1e\(-decimals)") ?? .infinity
      let half = unit / 2
      return value.magnitude > half ? (value < 0 ? -unit : unit) : value < 0 ? -0.0 : 0
    }
    return Double(scientific(value, decimals: scientificDigits)) ?? value
  }

  /// Python's `float(text)`; `nil` where it would raise.
  public static func parsed(_ text: String) -> Double? {
    let trimmed = PythonText.trimmed(text).lowercased()
    let unsigned = trimmed.drop { $0 == "+" || $0 == "-" }
    guard trimmed.utf8.count - unsigned.utf8.count <= 1 else { return nil }
    let sign = trimmed.hasPrefix("-") ? -1.0 : 1
    switch unsigned {
    case "inf", "infinity": return sign * .infinity
    case "nan": return .nan
    default: break
    }
    guard let digits = PythonText.withoutSeparators(String(unsigned)),
      digits.utf8.allSatisfy({ (48...57).contains($0) || [43, 45, 46, 101].contains($0) }),
      digits.utf8.contains(where: { (48...57).contains($0) })
    else { return nil }
    let completed = digits.hasPrefix(".") ? "0" + digits : digits
    let parts = completed.split(separator: "e", omittingEmptySubsequences: false)
    guard parts.count <= 2 else { return nil }
    let mantissa = parts[0].hasSuffix(".") ? parts[0] + "0" : String(parts[0])
    return Double(parts.count == 2 ? mantissa + "e" + parts[1] : mantissa).map { sign * $0 }
  }
}

/// Days and times as Python writes them.
enum PythonDates {
  /// - Parameter days: Since 1970-01-01.
  static func date(days: Int64) -> String {
    let (year, month, day) = civil(days)
    let sign = year < 0 ? "-" : ""
    return "\(sign)\(padded(year.magnitude, 4))-\(padded(month.magnitude, 2))-\(padded(day.magnitude, 2))"
  }

  /// - Parameter value: Since midnight.
  static func time(_ value: Int64, _ unit: LogicalType.Unit) -> String {
    let (seconds, fraction) = divided(value, unit.perSecond)
    return clock(seconds) + decimals(fraction * (1_000_000_000 / unit.perSecond))
  }

  /// - Parameter value: Since 1970-01-01 00:00.
  static func timestamp(_ value: Int64, _ unit: LogicalType.Unit, isUTC: Bool) -> String {
    let (seconds, fraction) = divided(value, unit.perSecond)
    return timestamp(seconds, nanoseconds: fraction * (1_000_000_000 / unit.perSecond))
      + (isUTC ? "+00:00" : "")
  }

  /// Nanoseconds of a day, then the Julian day: what Impala and Spark wrote once.
  static func timestamp(int96 bytes: [UInt8]) -> String {
    let inDay = Int64(bitPattern: bytes.littleEndian(at: 0, width: 8))
    let julian = Int64(bytes.littleEndian(at: 8, width: 4))
    let (seconds, fraction) = divided(inDay, 1_000_000_000)
    return timestamp((julian - 2_440_588) * 86_400 + seconds, nanoseconds: fraction)
  }

  private static func timestamp(_ seconds: Int64, nanoseconds: Int64) -> String {
    let (days, inDay) = divided(seconds, 86_400)
    return date(days: days) + " " + clock(inDay) + decimals(nanoseconds)
  }

  private static func clock(_ seconds: Int64) -> String {
    let parts = [seconds / 3600, seconds / 60 % 60, seconds % 60]
    return parts.map { padded($0.magnitude, 2) }.joined(separator: ":")
  }

  /// Six decimals, nine where they are needed, none of zero.
  private static func decimals(_ nanoseconds: Int64) -> String {
    if nanoseconds == 0 { return "" }
    return nanoseconds % 1000 == 0
      ? "." + padded((nanoseconds / 1000).magnitude, 6) : "." + padded(nanoseconds.magnitude, 9)
  }

  private static func padded(_ number: UInt64, _ width: Int) -> String {
    let digits = "\(number)"
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  /// The quotient rounded down, and a remainder that is never negative.
  private static func divided(_ value: Int64, _ divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  /// The Gregorian date of a day, also before there was that calendar.
  ///
  /// - Source: Hinnant 2013, *chrono-Compatible Low-Level Date Algorithms*, `civil_from_days`.
  private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = divided(days + 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }
}

extension LogicalType.Unit {
  fileprivate var perSecond: Int64 {
    switch self {
    case .milliseconds: 1000
    case .microseconds: 1_000_000
    case .nanoseconds: 1_000_000_000
    }
  }
}

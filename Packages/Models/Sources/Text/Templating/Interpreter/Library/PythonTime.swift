internal import Foundation

/// `datetime.strftime`, with English names whatever the locale.
enum PythonTime {
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November",
    "December",
  ]
  private static let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

  static func text(_ format: String, _ date: Date, in zone: TimeZone) -> String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    let parts = calendar.dateComponents(
      [.year, .month, .day, .hour, .minute, .second, .nanosecond, .weekday, .dayOfYear], from: date)
    var result = ""
    var scalars = format.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      guard scalar == "%", let directive = scalars.popFirst() else {
        result.unicodeScalars.append(scalar)
        continue
      }
      if directive == "-", let plain = scalars.popFirst() {
        let padded = Self.text(plain, parts) ?? "%-\(plain)"
        let trimmed = padded.drop { $0 == "0" }
        result += trimmed.isEmpty ? "0" : trimmed
      } else {
        result += Self.text(directive, parts) ?? "%\(directive)"
      }
    }
    return result
  }

  private static func text(_ directive: Unicode.Scalar, _ parts: DateComponents) -> String? {
    func padded(_ value: Int?, _ width: Int = 2) -> String {
      let digits = String(value ?? 0)
      return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
    let hour = parts.hour ?? 0
    let month = months[(parts.month ?? 1) - 1]
    let day = days[(parts.weekday ?? 1) - 1]
    func joined(_ directives: String, _ separator: String) -> String {
      directives.unicodeScalars.compactMap { text($0, parts) }.joined(separator: separator)
    }
    switch directive {
    case "Y": return padded(parts.year, 4)
    case "y": return padded((parts.year ?? 0) % 100)
    case "m": return padded(parts.month)
    case "d": return padded(parts.day)
    case "e": return parts.day.map { $0 < 10 ? " \($0)" : "\($0)" }
    case "B": return month
    case "b", "h": return String(month.prefix(3))
    case "A": return day
    case "a": return String(day.prefix(3))
    case "w": return String((parts.weekday ?? 1) - 1)
    case "u": return String(((parts.weekday ?? 1) + 5) % 7 + 1)
    case "j": return padded(parts.dayOfYear, 3)
    case "H": return padded(hour)
    case "I": return padded((hour + 11) % 12 + 1)
    case "p": return hour < 12 ? "AM" : "PM"
    case "M": return padded(parts.minute)
    case "S": return padded(parts.second)
    case "f": return padded((parts.nanosecond ?? 0) / 1000, 6)
    case "F": return joined("Ymd", "-")
    case "T": return joined("HMS", ":")
    case "R": return joined("HM", ":")
    case "D": return joined("mdy", "/")
    case "Z", "z": return ""  // Python's `now()` has no time zone
    case "n": return "\n"
    case "t": return "\t"
    case "%": return "%"
    default: return nil
    }
  }
}

internal import Foundation

/// The functions that every template can call.
enum Builtin: String, Sendable {
  case range, dict, namespace
  case raiseException = "raise_exception"
  case strftimeNow = "strftime_now"

  func isAvailable(in environment: TemplateEnvironment) -> Bool {
    switch self {
    case .range, .dict, .namespace: true
    case .raiseException, .strftimeNow: environment.hasChatExtensions
    }
  }
}

extension Interpreter {
  func callBuiltin(_ function: Builtin, _ arguments: Arguments) throws(TemplateError) -> TemplateValue {
    switch function {
    case .range: return try range(arguments)
    case .dict: return .dictionary(try dictionary(arguments, of: "function 'dict'"))
    case .namespace:
      namespaces.append(try dictionary(arguments, of: "function 'namespace'"))
      return .object(.namespace(namespaces.count - 1))
    case .raiseException:
      let bound = try arguments.bound(to: ["message"], required: 1, of: "function 'raise_exception'")
      throw TemplateError(.raised, try text(of: bound["message"] ?? .null))
    case .strftimeNow:
      let bound = try arguments.bound(to: ["format"], required: 1, of: "function 'strftime_now'")
      let format = try bound.string("format") ?? ""
      return .string(PythonTime.text(format, environment.now(), in: environment.timeZone))
    }
  }

  private func range(_ arguments: Arguments) throws(TemplateError) -> TemplateValue {
    guard arguments.named.isEmpty, (1...3).contains(arguments.positional.count) else {
      throw .operation("function 'range' takes one to three integers")
    }
    var bounds: [Int] = []
    for value in arguments.positional {
      try requireDefined(value)
      guard case .integer(let bound)? = value.number else {
        throw .operation("function 'range' needs integers, found \(value.typeName)")
      }
      bounds.append(bound)
    }
    let start = bounds.count == 1 ? 0 : bounds[0]
    let stop = bounds.count == 1 ? bounds[0] : bounds[1]
    let step = bounds.count == 3 ? bounds[2] : 1
    guard step != 0 else { throw .operation("the step of a range cannot be 0") }
    let span = Double(stop) - Double(start)
    guard span / Double(step) <= 100_000 else {
      throw TemplateError(.limit, "a range of more than 100000 integers")
    }
    let elements = stride(from: start, to: stop, by: step).map(TemplateValue.integer)
    return .iterable(.range(start: start, stop: stop, step: step), elements)
  }

  /// `dict(other, key=value)`, where the other may be a dictionary or pairs.
  private func dictionary(_ arguments: Arguments, of function: String) throws(TemplateError)
    -> TemplateDictionary
  {
    guard arguments.positional.count <= 1 else {
      throw .operation(
        "\(function) takes at most one value without a name, got \(arguments.positional.count)")
    }
    var result = TemplateDictionary()
    switch arguments.positional.first {
    case nil: break
    case .dictionary(let dictionary)?: result = dictionary
    case let value?:
      for pair in try elements(of: value) {
        let parts = try elements(of: pair)
        guard parts.count == 2, parts[0].isHashable else {
          throw .operation("\(function) needs pairs of a key and a value")
        }
        result[parts[0]] = parts[1]
      }
    }
    for (name, value) in arguments.named { result[name] = value }
    return result
  }
}

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
    case "Z", "z": return ""  // Python's `now()` knows no zone
    case "n": return "\n"
    case "t": return "\t"
    case "%": return "%"
    default: return nil
    }
  }
}

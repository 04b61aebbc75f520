internal import Foundation

/// A regular expression in Python's spelling, run by ICU.
///
/// The two agree on what task files use; spellings that differ are translated: `(?P<name>…)`, `(?P=name)`,
/// `\Z`. Lines end at `\n` only, as in Python.
struct PythonPattern {
  private let expression: NSRegularExpression

  init(_ pattern: String) throws(TemplateError) {
    let translated = pattern.replacingOccurrences(of: "(?P<", with: "(?<")
      .replacingOccurrences(of: "\\Z", with: "\\z")
      .replacingOccurrences(of: #"\(\?P=(\w+)\)"#, with: #"\\k<$1>"#, options: .regularExpression)
    do {
      expression = try NSRegularExpression(pattern: translated, options: .useUnixLineSeparators)
    } catch { throw .operation("'\(pattern)' is not a regular expression") }
  }

  /// `re.sub`.
  ///
  /// - Parameter limit: How many matches to replace at most; 0 for all.
  func replacingMatches(
    in text: String, with replacement: String, limit: Int, bytes: Int
  ) throws(TemplateError) -> String {
    let source = text as NSString
    var result = ""
    var end = 0
    let matches = expression.matches(in: text, range: NSRange(location: 0, length: source.length))
    for match in limit > 0 ? matches.prefix(limit) : matches[...] {
      result += source.substring(with: NSRange(location: end, length: match.range.location - end))
      result += try expanded(replacement, match, source)
      end = match.range.location + match.range.length
      guard result.utf8.count <= bytes else {
        throw TemplateError(.limit, "a text of more than \(bytes) bytes")
      }
    }
    return result + source.substring(from: end)
  }

  /// The replacement with its `\1`, `\g<1>`, `\g<name>` and `\n` filled in.
  private func expanded(
    _ replacement: String, _ match: NSTextCheckingResult, _ source: NSString
  ) throws(TemplateError) -> String {
    var result = ""
    var rest = Array(replacement.unicodeScalars)[...]
    while let scalar = rest.popFirst() {
      guard scalar == "\\", let next = rest.popFirst() else {
        result.unicodeScalars.append(scalar)
        continue
      }
      switch next {
      case "n": result += "\n"
      case "t": result += "\t"
      case "r": result += "\r"
      case "\\": result += "\\"
      case "g":
        guard rest.popFirst() == "<", let close = rest.firstIndex(of: ">") else {
          throw .operation("the replacement '\(replacement)' lacks the name of a group")
        }
        result += try group(String(String.UnicodeScalarView(rest[..<close])), match, source)
        rest = rest[(close + 1)...]
      case "1"..."9":
        var number = String(next)
        if let second = rest.first, (48...57).contains(second.value) {
          number.unicodeScalars.append(second)
          rest.removeFirst()
        }
        result += try group(number, match, source)
      default:
        guard !next.properties.isAlphabetic else {
          throw .operation("the replacement '\(replacement)' has a bad escape '\\\(next)'")
        }
        result += "\\" + String(next)
      }
    }
    return result
  }

  private func group(
    _ name: String, _ match: NSTextCheckingResult, _ source: NSString
  ) throws(TemplateError) -> String {
    let range: NSRange
    if let number = Int(name) {
      guard (0..<match.numberOfRanges).contains(number) else {
        throw .operation(
          "the replacement names group \(number), but the pattern has \(match.numberOfRanges - 1)")
      }
      range = match.range(at: number)
    } else {
      range = match.range(withName: name)
    }
    return range.location == NSNotFound ? "" : source.substring(with: range)
  }
}

internal import Foundation
internal import Synchronization

/// A regular expression in Python's spelling, run by ICU.
///
/// Where the two spell or mean things differently, the pattern is translated: `(?P<name>…)` and `(?P=name)`, `\Z`,
/// braces and brackets that stand for themselves, Python's notion of digits, white space and letters, and of the bounds of
/// words, the flag `a`, letters that differ in case, and octal numbers. Lines end at `\n` only.
///
/// ICU backtracks, so a pattern may take more time on a text than anyone has, or more memory than it may use. A search ends
/// with an error then, never with what was found so far.
public struct PythonPattern: Sendable {
  /// As it was given.
  public let pattern: String
  private let compiled: Compiled

  /// What ICU makes of a pattern.
  private struct Compiled {
    let expression: NSRegularExpression
    let groups: [String: Int]
  }

  /// Patterns as they were compiled, by their bytes, since equal texts may be of other scalars. Python keeps its own, too: a
  /// set of letters takes a quarter of a millisecond.
  private static let known = Mutex<[[UInt8]: Compiled]>([:])

  /// The most bytes of a pattern: compiling cannot be stopped.
  private static let largest = 1 << 18
  /// The most bytes of a pattern that is kept as it was compiled.
  private static let longestKept = 1 << 12

  /// - Throws: ``TemplateError`` for a text that is no regular expression, or one too large or too deep to compile.
  public init(_ pattern: String) throws(TemplateError) {
    self.pattern = pattern
    let key = Array(pattern.utf8.prefix(Self.longestKept + 1))
    if let known = Self.known.withLock({ $0[key] }) {
      compiled = known
      return
    }
    let compiled = try Self.compiled(pattern)
    self.compiled = compiled
    guard key.count <= Self.longestKept else { return }
    Self.known.withLock { known in
      if known.count >= 512 { known = [:] }
      known[key] = compiled
    }
  }

  private static func compiled(_ pattern: String) throws(TemplateError) -> Compiled {
    let phrase = TemplateValue.string(pattern).excerpt
    guard pattern.utf8.count <= largest else {
      throw .limit(largest, .patternBytes)
    }
    var translation = PatternTranslation(pattern)
    let translated = translation.run()
    guard !translation.isTooDeep else {
      throw .limit(PatternTranslation.deepest, .groups(pattern: phrase))
    }
    guard !translation.hasTooManySets else {
      throw .limit(PatternTranslation.mostSets, .classes(pattern: phrase))
    }
    do {
      return Compiled(
        expression: try NSRegularExpression(pattern: translated, options: .useUnixLineSeparators),
        groups: translation.groups)
    } catch { throw .operation(.pattern(phrase)) }
  }

  /// `re.findall`: of every match its groups, or itself where the pattern has none. A group without a match is empty.
  ///
  /// - Throws: ``TemplateError`` where it takes longer than ``MatchLimit/standard``.
  public func findAll(in text: String) throws(TemplateError) -> [[String]] {
    let source = text as NSString
    var limit = MatchLimit.standard
    return try limit.matches(of: compiled.expression, pattern, in: text).map { match in
      (min(1, match.numberOfRanges - 1)..<match.numberOfRanges).map { index in
        let range = match.range(at: index)
        return range.location == NSNotFound ? "" : source.substring(with: range)
      }
    }
  }

  /// `re.escape`.
  public static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if "()[]{}?*+-|^$\\.&~# \t\n\r\u{B}\u{C}".unicodeScalars.contains(scalar) { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result
  }

  /// `re.sub`.
  ///
  /// - Parameter limit: How many matches to replace at most; 0 for all.
  /// - Throws: ``TemplateError`` where it takes longer than ``MatchLimit/standard``, or for a wrong replacement.
  public func replacingMatches(
    in text: String, with replacement: String, limit: Int = 0
  ) throws(TemplateError) -> String {
    var time = MatchLimit.standard
    return try replacingMatches(in: text, with: replacement, limit: limit, bytes: .max, within: &time)
  }

  /// - Parameters:
  ///   - bytes: The most of the result.
  ///   - time: Is reduced by what it takes.
  func replacingMatches(
    in text: String, with replacement: String, limit: Int, bytes: Int, within time: inout MatchLimit
  ) throws(TemplateError) -> String {
    let source = text as NSString
    var result = ""
    var end = 0
    for match in try time.matches(of: compiled.expression, pattern, in: text, most: limit) {
      result += source.substring(with: NSRange(location: end, length: match.range.location - end))
      result += try expanded(replacement, match, source)
      end = match.range.location + match.range.length
      guard result.utf8.count <= bytes else {
        throw .limit(bytes, .bytes)
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
          throw .operation(.lacks("the replacement '\(replacement)'", "the name of a group"))
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
          throw .operation(.replacement(replacement, escape: "\\\(next)"))
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
        throw .operation(.group(name, count: match.numberOfRanges - 1))
      }
      range = match.range(at: number)
    } else {
      guard let number = compiled.groups[name] else {
        throw .operation(.group(name, count: nil))
      }
      range = match.range(at: number)
    }
    return range.location == NSNotFound ? "" : source.substring(with: range)
  }
}

internal import Foundation

/// How long regular expressions may look for matches; one that backtracks without end stops there with an error.
///
/// Every search of a ``PythonPattern`` is under one: each call from Swift under ``standard``, and all calls of one
/// rendering of a template together under another.
public struct MatchLimit: Sendable, Equatable {
  /// What is left, of the processor's time in this thread, which other work on the machine does not change.
  public var seconds: Double
  /// The most matches that are kept.
  public var matches = 1_000_000

  /// Four seconds: a thousand times what an expression of a task file needs for an answer.
  public static let standard = MatchLimit(seconds: 4)

  public init(seconds: Double) { self.seconds = seconds }

  /// The matches in a text, in order.
  ///
  /// - Parameter most: How many; all where it is not positive.
  /// - Throws: ``TemplateError`` where the time runs out, there are too many, or the engine gives up.
  mutating func matches(
    of expression: NSRegularExpression, in text: String, most: Int = 0
  ) throws(TemplateError) -> [NSTextCheckingResult] {
    let start = Self.processorSeconds
    let end = start + seconds
    var found: [NSTextCheckingResult] = []
    var failure: TemplateError?
    let largest = matches
    let range = NSRange(location: 0, length: (text as NSString).length)
    // The block is called during long matches too, and can end them.
    expression.enumerateMatches(in: text, options: .reportProgress, range: range) { match, flags, stop in
      if let match { found.append(match) }
      if flags.contains(.internalError) { failure = Self.error("gives up", expression) }
      if found.count > largest { failure = Self.error("has more than \(largest) matches", expression) }
      if Self.processorSeconds > end { failure = Self.error("takes too long", expression) }
      stop.pointee = ObjCBool(failure != nil || most > 0 && found.count >= most)
    }
    seconds -= Self.processorSeconds - start
    if let failure { throw failure }
    return found
  }

  private static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func error(_ what: String, _ expression: NSRegularExpression) -> TemplateError {
    TemplateError(
      .limit, "the regular expression \(TemplateValue.string(expression.pattern).excerpt) \(what)")
  }
}

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
  /// - Parameters:
  ///   - pattern: The expression as it was given, for the error.
  ///   - most: How many matches; all where it is not positive.
  /// - Throws: ``TemplateError`` where the time runs out, there are too many, or the engine gives up.
  mutating func matches(
    of expression: NSRegularExpression, _ pattern: String, in text: String, most: Int = 0
  ) throws(TemplateError) -> [NSTextCheckingResult] {
    let start = Self.processorSeconds
    let end = start + seconds
    var found: [NSTextCheckingResult] = []
    var failure: TemplateError.MatchFailure?
    let limit = Int(Self.standard.seconds)
    let largest = matches
    let range = NSRange(location: 0, length: (text as NSString).length)
    // The block is called during long matches too, and can end them. That the engine ran out of its memory, so that what
    // it found is not all there is, is reported on completion alone.
    expression.enumerateMatches(
      in: text, options: [.reportProgress, .reportCompletion], range: range
    ) { match, flags, stop in
      if let match { found.append(match) }
      if flags.contains(.internalError) {
        failure = failure ?? .memory
      } else if found.count > largest {
        failure = .matches(most: largest)
      } else if Self.processorSeconds > end {
        failure = .seconds(most: limit)
      }
      stop.pointee = ObjCBool(failure != nil || most > 0 && found.count >= most)
    }
    seconds -= Self.processorSeconds - start
    guard let failure else { return found }
    let phrase = TemplateValue.string(pattern).excerpt
    throw TemplateError(.limit, .matching(pattern: phrase, failure, characters: range.length))
  }

  private static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

internal import Foundation

/// When a busy server wants to be asked again.
///
/// - Source: RFC 9110, section 10.2.3: seconds, or a date.
struct RetryAfter {
  /// A server that wants more is reported at once.
  static let longest = 60.0

  private let wanted: Double?

  init(_ header: String?, now: Date = Date()) {
    guard let header else {
      wanted = nil
      return
    }
    if let seconds = Int(header) {
      wanted = Double(max(seconds, 0))
    } else {
      let format = DateFormatter()
      format.locale = Locale(identifier: "en_US_POSIX")
      format.timeZone = TimeZone(identifier: "GMT")
      format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
      wanted = format.date(from: header).map { max($0.timeIntervalSince(now), 0) }
    }
  }

  /// Seconds to wait before the next try; `nil` where the server wants more than ``longest``.
  func delay(afterTries tries: Int) -> Double? {
    guard let wanted else { return min(0.2 * Double(1 << min(tries, 10)), 5) }
    return wanted <= Self.longest ? wanted : nil
  }
}

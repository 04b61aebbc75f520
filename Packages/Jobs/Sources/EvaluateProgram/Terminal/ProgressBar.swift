import Foundation
import Jobs
import Synchronization

/// How far a job is, on standard error: a bar that is redrawn in place on a terminal, a line every half minute elsewhere.
final class ProgressBar: Sendable {
  private struct State {
    var latest: JobProgress?
    /// When the activity began, and how much of it was done then.
    var start = Date()
    var completedAtStart = 0
    var lastDrawn: Date
    var isOver = false
  }

  /// Seconds from one drawing to the next.
  private let interval: TimeInterval
  private let isTerminal: Bool
  private let state: Mutex<State>

  init() {
    isTerminal = isatty(STDERR_FILENO) == 1
    interval = isTerminal ? 0.1 : 30
    // On a terminal the first report is drawn at once.
    state = Mutex(State(lastDrawn: isTerminal ? .distantPast : Date()))
    if !isTerminal { drawWithoutReports() }
  }

  /// Draws if the last drawing is long enough ago. May be called from any thread.
  @Sendable func draw(_ progress: JobProgress) {
    state.withLock { state in
      if state.latest?.activity != progress.activity || state.latest?.unit != progress.unit {
        (state.start, state.completedAtStart) = (Date(), progress.completed)
      }
      state.latest = progress
      drawIfDue(&state)
    }
  }

  private func drawIfDue(_ state: inout State) {
    let now = Date()
    guard let progress = state.latest, !state.isOver, now.timeIntervalSince(state.lastDrawn) >= interval
    else { return }
    state.lastDrawn = now
    let line = ProgressLine(
      progress, elapsed: now.timeIntervalSince(state.start), completedBefore: state.completedAtStart)
    standardError.write(isTerminal ? "\r\(line.bar(columns: Self.columns))\u{1B}[K" : "\(line.text)\n")
  }

  /// A log shows that the program lives also where a step is so long that nothing is reported in half a minute.
  private func drawWithoutReports() {
    Thread.detachNewThread { [weak self] in
      while self?.state.withLock({ !$0.isOver }) == true {
        Thread.sleep(forTimeInterval: 1)
        if let self { self.state.withLock { self.drawIfDue(&$0) } }
      }
    }
  }

  /// Takes the bar off the terminal; nothing is drawn from now on.
  func clear() {
    state.withLock { $0.isOver = true }
    if isTerminal { standardError.write("\r\u{1B}[K") }
  }

  /// How wide the terminal is now; 80 where it does not report that.
  private static var columns: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}

/// The words for how far a job is.
struct ProgressLine {
  private let progress: JobProgress
  private let left: String

  /// - Parameters:
  ///   - elapsed: Seconds since the activity began.
  ///   - completedBefore: Units that were done then.
  init(_ progress: JobProgress, elapsed: Double, completedBefore: Int) {
    self.progress = progress
    left = Self.left(progress, elapsed, progress.completed - completedBefore)
  }

  /// The line without a bar: `loading weights: 40 %, 12/30 MB, 8 s left`.
  var text: String {
    (share.map { ["\(Int($0 * 100)) %"] } ?? []).reduce(activity, +) + separator + words(isShort: false)
  }

  /// The line with a bar, shorter than `columns`: the bar shrinks first, then details are left out.
  func bar(columns: Int) -> String {
    let room = max(columns - 1, 1)
    for isShort in [false, true] {
      let text = activity + words(isShort: isShort)
      let width = min(30, room - text.count - 1)
      if let share, width >= Self.leastWidth {
        let filled = Int(Double(width) * share)
        return String(repeating: "━", count: filled) + String(repeating: " ", count: width - filled) + " "
          + text
      }
      if text.count <= room, isShort || share == nil { return text }
    }
    return String((activity + words(isShort: true)).prefix(room))
  }

  private static let leastWidth = 8
  private var activity: String {
    progress.activity.isEmpty || progress.unit.isEmpty ? progress.activity : "\(progress.activity): "
  }
  private var separator: String { share == nil ? "" : ", " }

  private var share: Double? {
    progress.total > 0 ? min(max(Double(progress.completed) / Double(progress.total), 0), 1) : nil
  }

  private func words(isShort: Bool) -> String {
    let total = progress.total > 0 ? "/\(Self.short(progress.total))" : ""
    guard !progress.unit.isEmpty else { return "" }
    let counts = "\(Self.short(progress.completed))\(total) \(progress.unit)"
    let parts = [counts] + (isShort ? [] : [progress.detail]) + [left]
    return parts.filter { !$0.isEmpty }.joined(separator: ", ")
  }

  private static func left(_ progress: JobProgress, _ elapsed: Double, _ completed: Int) -> String {
    if let seconds = progress.secondsLeft {
      let (least, most) = (duration(seconds.lowerBound), duration(seconds.upperBound))
      return least == most ? "\(most) left" : "\(least) to \(most) left"
    }
    guard progress.total > 0, completed > 0 else { return "" }
    return "\(duration(elapsed / Double(completed) * Double(progress.total - progress.completed))) left"
  }

  /// Seconds below a minute, then minutes and seconds, then hours and minutes.
  static func duration(_ seconds: Double) -> String {
    guard seconds < 1e9 else { return "years" }
    let whole = Int(max(seconds, 0).rounded(.up))
    if whole < 60 { return "\(whole) s" }
    return whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole / 60 % 60) min"
  }

  /// A count with three digits at least: `99999`, then `100k`, `12.3M`.
  private static func short(_ count: Int) -> String {
    switch count {
    case ..<100_000: "\(count)"
    case ..<1_000_000: "\(count / 1000)k"
    case ..<1_000_000_000: String(format: "%.1fM", Double(count) / 1e6)
    default: String(format: "%.1fG", Double(count) / 1e9)
    }
  }
}

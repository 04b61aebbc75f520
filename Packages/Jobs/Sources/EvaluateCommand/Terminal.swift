import Foundation
import Jobs
import Synchronization

/// Where progress and logs go; standard output carries results only.
let standardError = FileHandle.standardError

extension FileHandle {
  func write(_ text: String) { try? write(contentsOf: Data(text.utf8)) }
}

/// A bar with the time that is left, on a terminal; nothing elsewhere.
final class ProgressBar: Sendable {
  private struct State {
    var activity = ""
    var start = Date()
    var lastDrawn = Date.distantPast
  }
  private let state = Mutex(State())
  private let isTerminal = isatty(STDERR_FILENO) == 1

  @Sendable func draw(_ progress: JobProgress) {
    let start = state.withLock { state in
      if state.activity != progress.activity { state = State(activity: progress.activity) }
      return state.start
    }
    let elapsed = Date().timeIntervalSince(start)
    let (done, total) = (progress.completed, progress.total)
    let left = progress.secondsLeft?.upperBound ?? elapsed / Double(max(done, 1)) * Double(total - done)
    let detail = progress.detail.isEmpty ? "" : ", \(progress.detail)"
    let activity = progress.activity.isEmpty ? "" : "\(progress.activity): "
    draw(done, total) { "\(activity)\(progress.unit)\(detail), \(Self.duration(left)) left" }
  }

  private func draw(_ done: Int, _ total: Int, _ text: () -> String) {
    guard isTerminal, total > 0 else { return }
    let isDue = state.withLock { state in
      guard done == total || Date().timeIntervalSince(state.lastDrawn) > 0.1 else { return false }
      state.lastDrawn = Date()
      return true
    }
    guard isDue else { return }
    let width = 30
    let filled = width * done / total
    let bar = String(repeating: "━", count: filled) + String(repeating: " ", count: width - filled)
    standardError.write("\r\(bar) \(done)/\(total) \(text()) \u{1B}[K")
  }

  func clear() {
    if isTerminal { standardError.write("\r\u{1B}[K") }
  }

  private static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    return whole < 60 ? "\(whole) s" : "\(whole / 60) min \(whole % 60) s"
  }
}

/// Columns under each other, the first to the left and the others to the right.
struct TextTable {
  var header: [String]
  var rows: [[String]] = []

  var text: String {
    let all = [header] + rows
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    let lines = all.map { row in
      row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + padding : padding + cell
      }.joined(separator: "  ").replacing(#/ +$/#, with: "")
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    return ([lines[0], rule] + lines.dropFirst()).joined(separator: "\n")
  }
}

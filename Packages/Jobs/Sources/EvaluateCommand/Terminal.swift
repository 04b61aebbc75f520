import Foundation

/// Where progress and logs go; standard output carries results only.
let standardError = FileHandle.standardError

extension FileHandle {
  func write(_ text: String) { try? write(contentsOf: Data(text.utf8)) }
}

/// A bar with the time that is left, on a terminal; nothing elsewhere.
final class ProgressBar {
  private let start = Date()
  private var lastDrawn = Date.distantPast
  private let isTerminal = isatty(STDERR_FILENO) == 1

  func draw(_ done: Int, of total: Int) {
    guard isTerminal, total > 0, done == total || Date().timeIntervalSince(lastDrawn) > 0.1 else { return }
    lastDrawn = Date()
    let width = 30
    let filled = width * done / total
    let bar = String(repeating: "━", count: filled) + String(repeating: " ", count: width - filled)
    let elapsed = Date().timeIntervalSince(start)
    let left = elapsed / Double(max(done, 1)) * Double(total - done)
    standardError.write("\r\(bar) \(done)/\(total) requests, \(Self.duration(left)) left ")
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
      }.joined(separator: "  ")
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    return ([lines[0], rule] + lines.dropFirst()).joined(separator: "\n")
  }
}

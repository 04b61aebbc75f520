import Backbones
import Foundation
import Hub
import Synchronization

/// Where progress and logs go; standard output carries results only.
let standardError = FileHandle.standardError

extension FileHandle {
  func write(_ text: String) { try? write(contentsOf: Data(text.utf8)) }
}

/// A line that says how far a download is: rewritten in place on a terminal, one line a file elsewhere.
final class DownloadLine: DownloadObserver {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let shown = Mutex((file: "", time: Date.distantPast))

  func show(_ progress: HubClient.Progress) {
    let isDone = progress.bytes == progress.total
    let isDue = shown.withLock { shown in
      let isNew = shown.file != progress.file
      guard isNew || isTerminal && (isDone || Date().timeIntervalSince(shown.time) > 0.1) else {
        return false
      }
      shown = (progress.file, Date())
      return true
    }
    guard isDue else { return }
    let total = progress.total.map { " of \(Self.megabytes($0))" } ?? ""
    guard isTerminal else {
      standardError.write(
        "downloading \(progress.file)\(progress.total.map { ", \(Self.megabytes($0))" } ?? "")\n")
      return
    }
    let text = "downloading \(progress.file): \(Self.megabytes(progress.bytes))\(total)"
    standardError.write("\r\u{1B}[K\(text)\(isDone ? "\n" : "")")
  }

  private static func megabytes(_ bytes: Int) -> String { String(format: "%.1f MB", Double(bytes) / 1e6) }
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

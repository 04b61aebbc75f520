import Basics
import Foundation
import Logging

/// Log lines on standard error, each on a line of its own, also where a bar is drawn.
struct StandardErrorLog: LogHandler {
  let label: String
  var logLevel = Logger.Level.info
  var metadata: Logger.Metadata = [:]

  init(label: String) { self.label = label }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let erased = isatty(STDERR_FILENO) == 1 ? "\r\u{1B}[K" : ""
    let level = event.level == .info ? "" : "\(event.level.rawValue): "
    standardError.write("\(erased)\(level)\("\(event.message)".printable(keeping: "\n"))\n")
  }
}

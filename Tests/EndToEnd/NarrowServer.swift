import Foundation

/// A server before another one, which lacks what servers of a kind lack.
final class NarrowServer {
  let base: String
  private let process = Process()
  private let input = Pipe()

  /// - Parameter kind: One of those of `narrow_server.py`.
  init(_ kind: String, before server: Served) throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", fixtures + "/narrow_server.py", server.base, kind]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    base = "http://127.0.0.1:" + line.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}

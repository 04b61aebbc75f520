import Foundation

/// The small Hub of the Jobs package's tests.
final class LocalHub {
  let address: String
  private let process = Process()
  private let input = Pipe()

  /// - Parameter model: A folder to serve as `org/given`.
  init(serving model: String? = nil) throws {
    let script = URL(fileURLWithPath: fixtures)
      .appendingPathComponent("../../Packages/Jobs/Tests/HubTests/Fixtures/hub.py").standardized.path
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", script] + (model.map { [$0] } ?? [])
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    address = "http://127.0.0.1:" + line.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}

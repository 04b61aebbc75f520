import Foundation

/// The Python that has the peers.
package enum Python {
  package static let path = ProcessInfo.processInfo.environment["ASSAY_PYTHON"]
  /// Any Python, for what needs no peers.
  package static let system: String? =
    (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
    .map { "\($0)/python3" }.first { FileManager.default.isExecutableFile(atPath: $0) }

  /// A script that failed.
  private struct Failure: Error { let status: Int32 }

  /// What a script prints, as JSON.
  package static func output<Value: Decodable>(
    of script: String, _ arguments: String..., as type: Value.Type
  ) throws -> Value {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path ?? "/nowhere")
    process.arguments = ["-c", script] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(status: process.terminationStatus) }
    return try JSONDecoder().decode(type, from: data)
  }
}

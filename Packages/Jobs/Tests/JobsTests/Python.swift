import Foundation
import Testing

/// The Python that has the peers.
enum Python {
  static let path = ProcessInfo.processInfo.environment["ASSAY_PYTHON"]

  /// What a script prints, as JSON.
  static func output<Value: Decodable>(
    of script: String, _ arguments: String..., as type: Value.Type
  ) throws -> Value {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(path))
    process.arguments = ["-c", script] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return try JSONDecoder().decode(type, from: data)
  }
}

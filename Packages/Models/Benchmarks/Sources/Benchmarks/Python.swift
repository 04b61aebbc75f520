import Foundation

/// The Python that ASSAY_PYTHON names, for peers in the same run.
enum Python {
  /// What a program prints; `nil` without a Python, or where the program fails.
  static func output(
    of program: String, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> String? {
    guard let python = ProcessInfo.processInfo.environment["ASSAY_PYTHON"] else { return nil }
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = ["-c", program] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return process.terminationStatus == 0 ? text.trimmingCharacters(in: .whitespacesAndNewlines) : nil
  }
}

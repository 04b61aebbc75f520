import Foundation
import Testing

/// A Python with h5py and numpy: the one that `ASSAY_PYTHON` names, or `python3`.
enum Python {
  static let interpreter = ProcessInfo.processInfo.environment["ASSAY_PYTHON"] ?? "python3"
  static let hasH5py = (try? run("import h5py, numpy")) != nil
  static let hasPyTables = (try? run("import tables")) != nil
  static let reason: Comment = "ASSAY_PYTHON (or python3) imports neither h5py nor numpy"

  static let repository = (0..<5).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
    url.deletingLastPathComponent()
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// - Throws: ``Failure`` with what the program wrote to its standard error.
  static func run(_ program: String, _ arguments: [String] = []) throws {
    try launch(["-c", program] + arguments)
  }

  static func run(file: String, _ arguments: [String]) throws { try launch([file] + arguments) }

  private static func launch(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [interpreter] + arguments
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    if process.terminationStatus != 0 { throw Failure(description: String(decoding: text, as: UTF8.self)) }
  }
}

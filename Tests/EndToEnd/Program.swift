import Basics
import Foundation

/// The program `evaluate`, run as a user runs it.
struct Program {
  struct Outcome {
    var code: Int32
    var output: String
    var errors: String
  }

  /// The binary that was built beside this test.
  static let path: String = {
    let test = URL(fileURLWithPath: Machine.executablePath ?? "")
    return test.deletingLastPathComponent().appendingPathComponent("evaluate").path
  }()

  /// Runs the program in `folder` and waits for its end.
  static func run(
    _ arguments: [String], in folder: TemporaryFolder, environment: [String: String] = [:],
    binary: String = path
  ) throws -> Outcome {
    let process = try start(arguments, in: folder, environment: environment, binary: binary)
    process.waitUntilExit()
    return Outcome(
      code: process.terminationStatus, output: try folder.read(output), errors: try folder.read(errors))
  }

  /// Where a program that runs in a folder writes, in the folder.
  static let (output, errors) = (".stdout", ".stderr")

  /// Starts the program in `folder`.
  static func start(
    _ arguments: [String], in folder: TemporaryFolder, environment: [String: String] = [:],
    binary: String = path
  ) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: binary)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    // Files rather than pipes: a full pipe would stop the program.
    for file in [output, errors] { try folder.write("", to: file) }
    process.standardOutput = FileHandle(forWritingAtPath: folder.file(output))
    process.standardError = FileHandle(forWritingAtPath: folder.file(errors))
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Whether the program was still at work after `seconds`, and is now dead.
  static func kill(_ arguments: [String], in folder: TemporaryFolder, after seconds: Double) throws -> Bool {
    let process = try start(arguments, in: folder)
    Thread.sleep(forTimeInterval: seconds)
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    return process.terminationReason == .uncaughtSignal
  }
}

/// A folder that goes when the test ends.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "assay-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  /// Writes a file, and makes the folders that it lies in.
  func write(_ text: String, to name: String) throws {
    try FileManager.default.createDirectory(
      at: URL(fileURLWithPath: file(name)).deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(toFile: file(name), atomically: false, encoding: .utf8)
  }

  func read(_ name: String) throws -> String { try String(contentsOfFile: file(name), encoding: .utf8) }

  var contents: [String] {
    (try? FileManager.default.subpathsOfDirectory(atPath: path))?.filter { !$0.hasPrefix(".std") }.sorted()
      ?? []
  }
}

extension TemporaryFolder {
  /// The files of the latest run in a folder of results: without those that are kept under an id.
  func latest(in results: String) -> [String] {
    contents.filter { $0.hasPrefix(results) && !$0.hasPrefix("\(results)runs") && $0.contains(".") }
  }
}

/// The folder of small files that the tests share.
let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appendingPathComponent("../Fixtures").standardized.path

import ArgumentParser
import Basics
import Evaluations
import Foundation
import Jobs
import Logging
import Sandbox
import Synchronization
import Tasks

/// Which Python may call the functions that task files name.
struct PythonOptions: ParsableArguments, Sendable {
  @Option(
    help: ArgumentHelp(
      "Let this Python run the functions that task files name and that are not here; else ASSAY_TASK_PYTHON of the environment. Nothing of Python runs without.",
      valueName: "path"), transform: givenPath)
  var python: String?
  @Flag(
    help:
      "Run programs that the model writes, which tasks such as humaneval ask for: in processes without network, isolated as far as the system allows."
  )
  var allowCode = false
  @Option(
    help: ArgumentHelp(
      "End a Python function that takes so long; 600 where not given.", valueName: "seconds"))
  var pythonTimeout: Int?

  func validate() throws {
    if let pythonTimeout, !(1...1_000_000).contains(pythonTimeout) {
      throw ValidationError("--python-timeout must be from 1 to 1000000 seconds, found \(pythonTimeout)")
    }
  }

  /// The code of others that may run.
  ///
  /// - Throws: ``JobError`` where the Python is no program, `SandboxError` where it runs no program that a model writes.
  func allowed() throws -> AllowedCode { AllowedCode(python: try functions(), sandbox: try programs()) }

  /// Those that are given, for evaluations that have to use them.
  var askedOptions: [EvaluationOption] {
    let given: [(EvaluationOption, Bool)] = [
      (.python, python != nil), (.pythonTimeout, pythonTimeout != nil), (.code, allowCode),
    ]
    return given.filter(\.1).map(\.0)
  }

  /// One for all ranks that are threads of this process.
  private static let known = Mutex<[String: TaskPython]>([:])

  /// What calls functions of task files; `nil` where nothing may.
  ///
  /// - Throws: ``JobError`` where it is no program.
  private func functions(
    _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(JobError) -> TaskPython? {
    let variable = environment["ASSAY_TASK_PYTHON"].flatMap { $0.isEmpty ? nil : $0 }
    guard let given = python ?? variable else { return nil }
    guard let path = Self.program(given, environment) else {
      let use: JobError.PythonUse = python == nil ? .variable("ASSAY_TASK_PYTHON") : .option
      throw JobError(.missingFile(path: given, .python(use)))
    }
    return Self.known.withLock { known in
      let python = known[path] ?? TaskPython(path, seconds: pythonTimeout ?? 600)
      known[path] = python
      return python
    }
  }

  /// One for all ranks that are threads of this process, and whether its isolation was reported.
  private static let sandboxes = Mutex<[String: (sandbox: CodeSandbox, isReported: Bool)]>([:])

  /// Reports once how programs are isolated, when a job is made that may run them.
  static func reportIsolation() {
    sandboxes.withLock { known in
      for (path, (sandbox, isReported)) in known where !isReported {
        known[path]?.isReported = true
        let missing = sandbox.isolation.missing.joined(separator: ", ")
        Logger(label: "assay.evaluate").notice(
          "programs that the model writes are isolated by: \(sandbox.isolation)\(missing.isEmpty ? "" : "; this system has nothing for: \(missing)")"
        )
      }
    }
  }

  /// What may run programs that a model writes: the Python that is given, else `python3`; `nil` where it is not allowed.
  ///
  /// - Throws: ``JobError`` where there is no such Python, `SandboxError` where it runs no program.
  private func programs(
    _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> CodeSandbox? {
    guard allowCode else { return nil }
    let given = python ?? "python3"
    guard let path = Self.program(given, environment) else {
      throw JobError(.missingFile(path: given, .python(.code)))
    }
    return try Self.sandboxes.withLock { known in
      if let (sandbox, _) = known[path] { return sandbox }
      let sandbox = try CodeSandbox(python: path)
      known[path] = (sandbox, false)
      return sandbox
    }
  }

  /// Where a program is, looked for as shells do.
  private static func program(_ name: String, _ environment: [String: String]) -> String? {
    let places =
      name.contains("/") ? [name] : (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
    return places.first { !isFolder($0) && FileManager.default.isExecutableFile(atPath: $0) }
  }
}

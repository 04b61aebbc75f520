import Basics
import Bridge
import Digests
import Synchronization
import Templating

/// The Python of a run: it calls the functions that task files name and nothing native stands for.
///
/// It starts when the first of them is needed, and is one child process for all tasks and all ranks of this process. It comes
/// from the command line or the environment only, so that no file that others wrote can have anything run.
public final class TaskPython: Sendable {
  /// The program, such as `/usr/bin/python3`.
  public let path: String
  /// Until one call is answered.
  public let seconds: Int

  private struct State {
    var process: PythonProcess?
    /// Why the process could not be started.
    var failure: BridgeError?
    /// Answers to what is asked once for a split of documents, by the digest of the question.
    var answers: [String: TemplateValue] = [:]
    /// Functions that were looked for.
    var known: [String: BridgeError?] = [:]
  }
  private let state = Mutex(State())

  public init(_ path: String, seconds: Int = 600) {
    self.path = path
    self.seconds = seconds
  }

  /// The version that the Python gives itself; `nil` while no function was needed.
  public var version: String? { state.withLock { $0.process?.version } }

  private func process() throws(BridgeError) -> PythonProcess {
    try state.withLock { state throws(BridgeError) in
      if let failure = state.failure { throw failure }
      if let process = state.process { return process }
      var limits = PythonProcess.Limits()
      limits.seconds = seconds
      do throws(BridgeError) {
        let process = try PythonProcess(path, limits: limits)
        state.process = process
        return process
      } catch {
        state.failure = error
        throw error
      }
    }
  }

  func call(
    _ function: PythonCall, _ kind: String, _ arguments: [(String, JSONValue)]
  ) throws(BridgeError) -> TemplateValue {
    try process().call(function.name, in: function.folder, kind, arguments)
  }

  /// The answer to what is asked of whole splits: the same for each rank, although a function may draw at random.
  func callOnce(
    _ function: PythonCall, _ kind: String, _ arguments: [(String, JSONValue)]
  ) throws(BridgeError) -> TemplateValue {
    let question = JSONValue.object([("", .text("\(kind) \(function.folder) \(function.name)"))] + arguments)
    let key = Digest.sha256(of: question.line)
    if let answer = state.withLock({ $0.answers[key] }) { return answer }
    let answer = try call(function, kind, arguments)
    state.withLock { $0.answers[key] = answer }
    return answer
  }

  /// Looks for a function, once.
  ///
  /// - Throws: `BridgeError` where its file does not run, or has no such name.
  func check(_ function: PythonCall) throws(BridgeError) {
    let key = "\(function.folder) \(function.name)"
    if let known = state.withLock({ $0.known[key] }) {
      if let known { throw known }
      return
    }
    do throws(BridgeError) {
      _ = try call(function, "check", [])
      state.withLock { $0.known[key] = .some(nil) }
    } catch {
      state.withLock { $0.known[key] = error }
      throw error
    }
  }
}

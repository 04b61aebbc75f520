internal import CSandbox
internal import Foundation
internal import Synchronization

/// Runs programs that a model wrote, each in a process of its own, isolated as far as the system allows.
///
/// A program has passed where it runs to its end within the time. It gets no standard input, its output goes nowhere, and it may
/// write in a scratch folder only, which is gone afterwards.
///
/// - Source: the metric code_eval of Hugging Face's library evaluate, after Chen et al. 2021, *Evaluating Large Language Models
///   Trained on Code*: how a program is run, what is taken from it, and three seconds.
public final class CodeSandbox: Sendable {
  /// What a program may take.
  public struct Limits: Sendable, Equatable {
    /// From its first statement on.
    public var seconds = 3.0
    /// Of address space.
    public var memory = 4 << 30
    /// Of a file, and of all files together.
    public var fileBytes = 64 << 20

    public init() {}
  }

  /// How a program ended.
  public enum Verdict: Sendable, Equatable {
    case passed
    /// It raised an exception of this type; empty where its process ended otherwise.
    case failed(exception: String)
    case timedOut
  }

  /// The Python that runs programs, such as `/usr/bin/python3`.
  public let python: String
  public let limits: Limits
  /// The mechanisms that isolate every program.
  public let isolation: CodeIsolation

  /// - Throws: ``SandboxError`` where an empty program does not pass, so that no verdict would mean anything.
  public init(python: String, limits: Limits = Limits()) throws(SandboxError) {
    self.python = python
    self.limits = limits
    let (verdict, isolation) = try Self.run("", python, limits)
    guard verdict == .passed else {
      throw SandboxError(.unending(path: python))
    }
    self.isolation = isolation
  }

  /// Runs a program.
  ///
  /// - Throws: ``SandboxError`` where it cannot be run, which is no result of the program.
  public func run(_ program: String) throws(SandboxError) -> Verdict {
    try Self.run(program, python, limits).0
  }

  private static func run(
    _ program: String, _ python: String, _ limits: Limits
  ) throws(SandboxError) -> (Verdict, CodeIsolation) {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    // What only the end of the program brings about: a program that ends its process has not passed.
    let word = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
    let process = try SandboxedProcess(python, limits, in: scratch.path)
    process.send("\(word) \(limits.seconds)\n" + program)
    // Time for Python to start on a machine that is busy.
    let verdict: Verdict =
      switch process.answer(within: limits.seconds + 10) {
      case nil, "timed out": .timedOut
      case word: .passed
      case let text?: .failed(exception: text.hasPrefix("failed ") ? String(text.dropFirst(7)) : "")
      }
    return (verdict, process.isolation)
  }

  /// Runs programs side by side, as many as there are cores.
  public func run(_ programs: [String]) throws(SandboxError) -> [Verdict] {
    guard programs.count > 1 else {
      return try programs.map { program throws(SandboxError) in try run(program) }
    }
    let outcomes = Mutex([Result<Verdict, SandboxError>?](repeating: nil, count: programs.count))
    DispatchQueue.concurrentPerform(iterations: programs.count) { index in
      let outcome: Result<Verdict, SandboxError>
      do throws(SandboxError) { outcome = .success(try run(programs[index])) } catch {
        outcome = .failure(error)
      }
      outcomes.withLock { $0[index] = outcome }
    }
    var verdicts: [Verdict] = []
    for case let outcome? in outcomes.withLock({ $0 }) { verdicts.append(try outcome.get()) }
    return verdicts
  }
}

/// A folder for one program.
private struct ScratchFolder {
  let path: String

  init() throws(SandboxError) {
    path = NSTemporaryDirectory() + "assay-code-" + UUID().uuidString
    guard mkdir(path, 0o700) == 0 else {
      throw SandboxError(.scratch(path: path, reason: String(cString: strerror(errno)).lowercased()))
    }
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}

public import Basics
internal import CBridge
internal import Foundation
internal import Synchronization
public import Templating

/// A Python that calls the functions of task files: one child process for as long as the value lives.
///
/// A line of JSON goes to its standard input for each call, and one comes back. The process ends with this one, has a fixed seed
/// of hashes, and is ended where it answers too late or too much; then every later call fails as that one did.
public final class PythonProcess: @unchecked Sendable {  // all that changes is behind the lock
  /// What a call may take.
  public struct Limits: Sendable {
    /// Until an answer has come whole.
    public var seconds = 600
    /// Of one answer.
    public var bytes = 512 << 20

    public init() {}
  }

  /// The version that the Python gives itself, such as `3.12.4`.
  public private(set) var version = ""

  private let limits: Limits
  private let process = Process()
  private let pipes = (input: Pipe(), output: Pipe(), errors: Pipe())
  private let lock = NSLock()
  /// The end of what it wrote to standard error.
  private let errors = Mutex<[UInt8]>([])
  /// What came of the next answer.
  private var buffer: [UInt8] = []
  private var failure: BridgeError.Kind?

  /// - Parameter path: The program, `/usr/bin/python3` for example.
  /// - Throws: ``BridgeError`` where it cannot be started.
  public init(_ path: String, limits: Limits = Limits()) throws(BridgeError) {
    self.limits = limits
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = ["-c", Self.script]
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["PYTHONHASHSEED": "0", "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", "HF_DATASETS_OFFLINE": "1"]
    ) { $1 }
    process.standardInput = pipes.input
    process.standardOutput = pipes.output
    process.standardError = pipes.errors
    // That the child is gone is seen where its answer is read, and is no signal.
    signal(SIGPIPE, SIG_IGN)
    do { try process.run() } catch { throw BridgeError(.noPython(path: path, reason: systemReason(error))) }
    pipes.errors.fileHandleForReading.readabilityHandler = { [weak self] in
      self?.take(errors: $0.availableData)
    }
    let input = pipes.input.fileHandleForWriting.fileDescriptor
    _ = fcntl(input, F_SETFL, fcntl(input, F_GETFL) | O_NONBLOCK)
    do throws(BridgeError.Kind) {
      guard case .string(let text) = try answer(before: deadline) else { throw .notUnderstood }
      version = text
    } catch { throw BridgeError(.noPython(path: path, reason: BridgeError(error).description)) }
  }

  deinit {
    pipes.errors.fileHandleForReading.readabilityHandler = nil
    end()
  }

  private static var script: String {
    var count = 0
    let start = unsafe cbridge_script(&count)
    return unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
  }

  private var deadline: ContinuousClock.Instant { .now + .seconds(limits.seconds) }

  private func end() {
    try? pipes.input.fileHandleForWriting.close()
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  /// Calls a function of a Python file.
  ///
  /// - Parameters:
  ///   - function: Its name as the task file has it, `utils.process_docs` for example.
  ///   - folder: The folder of the task file.
  ///   - call: The name of what is made of it; the script has the list.
  ///   - arguments: What the call needs besides, as JSON.
  /// - Throws: ``BridgeError``.
  public func call(
    _ function: String, in folder: String, _ call: String, _ arguments: [(String, JSONValue)] = []
  ) throws(BridgeError) -> TemplateValue {
    let head: [(String, JSONValue)] = [
      ("call", .text(call)), ("function", .text(function)), ("folder", .text(folder)),
    ]
    let request = Array((JSONValue.object(head + arguments).line + "\n").utf8)
    lock.lock()
    defer { lock.unlock() }
    do throws(BridgeError.Kind) {
      if let failure { throw failure }
      let deadline = deadline
      try send(request, before: deadline)
      return try answer(before: deadline)
    } catch {
      if case .exception = error {
      } else {
        failure = error
        end()
      }
      throw BridgeError(error, function: function)
    }
  }

  // MARK: Bytes

  private func send(_ bytes: [UInt8], before deadline: ContinuousClock.Instant) throws(BridgeError.Kind) {
    let input = pipes.input.fileHandleForWriting.fileDescriptor
    var sent = 0
    while sent < bytes.count {
      try wait(for: input, POLLOUT, before: deadline)
      let count = bytes.withUnsafeBytes { write(input, $0.baseAddress! + sent, $0.count - sent) }
      if count > 0 { sent += count } else if errno != EAGAIN, errno != EINTR { throw ended }
    }
  }

  private func answer(before deadline: ContinuousClock.Instant) throws(BridgeError.Kind) -> TemplateValue {
    let line = try line(before: deadline)
    guard let text = String(validating: line, as: UTF8.self),
      case .dictionary(let answer)? = try? TemplateValue(json: text)
    else { throw .notUnderstood }
    if case .dictionary(let error)? = answer["error"] {
      func text(_ key: String) -> String { if case .string(let text)? = error[key] { text } else { "" } }
      var number = 0
      if case .integer(let line)? = error["line"] { number = line }
      throw .exception(type: text("type"), message: text("message"), file: text("file"), line: number)
    }
    guard let value = answer["value"] else { throw .notUnderstood }
    return value
  }

  private func line(before deadline: ContinuousClock.Instant) throws(BridgeError.Kind) -> [UInt8] {
    let output = pipes.output.fileHandleForReading.fileDescriptor
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var searched = 0
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { buffer.removeFirst(end + 1) }
        return Array(buffer[..<end])
      }
      searched = buffer.count
      guard searched <= limits.bytes else { throw .tooLong(limit: limits.bytes) }
      try wait(for: output, POLLIN, before: deadline)
      let count = read(output, &chunk, chunk.count)
      if count > 0 { buffer += chunk[..<count] } else if count == 0 || errno != EINTR { throw ended }
    }
  }

  private func wait(
    for descriptor: Int32, _ event: Int32, before deadline: ContinuousClock.Instant
  ) throws(BridgeError.Kind) {
    while true {
      let left = deadline - .now
      guard left > .zero else { throw .timeout(seconds: limits.seconds) }
      var place = pollfd(fd: descriptor, events: Int16(event), revents: 0)
      let milliseconds = min(left.components.seconds, 1_000_000) * 1000 + 100
      if poll(&place, 1, Int32(milliseconds)) > 0 { return }
    }
  }

  private func take(errors bytes: Data) {
    errors.withLock { $0 = Array(($0 + bytes).suffix(4096)) }
  }

  /// How the process ended, and the last line that it wrote.
  private var ended: BridgeError.Kind {
    process.waitUntilExit()
    let status = process.terminationStatus
    let reason = process.terminationReason == .uncaughtSignal ? "signal \(status)" : "status \(status)"
    let lines = String(decoding: errors.withLock { $0 }, as: UTF8.self).split(separator: "\n")
    return .ended(reason: reason, last: lines.last.map { String($0.prefix(300)) } ?? "")
  }
}

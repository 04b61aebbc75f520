internal import CSandbox
internal import Foundation

/// An isolated Python that waits for a program.
final class SandboxedProcess {
  let isolation: CodeIsolation
  private let identifier: pid_t
  private let input: Int32
  private let output: Int32

  init(_ python: String, _ limits: CodeSandbox.Limits, in scratch: String) throws(SandboxError) {
    let (input, output) = (Pipe(), Pipe())
    let arguments = [python, "-s", "-B", "-c", Self.script]
    let environment = [
      "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=\(scratch)", "TMPDIR=\(scratch)", "LC_ALL=C.UTF-8",
      "PYTHONHASHSEED=0", "PYTHONUTF8=1",
    ]
    var isolation: UInt32 = 0
    let started = withStrings(arguments) { arguments in
      withStrings(environment) { environment in
        unsafe scratch.withCString { scratch in
          var program = unsafe csandbox_program(
            arguments: arguments, environment: environment, scratch: scratch, memory: UInt64(limits.memory),
            files: UInt64(limits.fileBytes), seconds: UInt32(limits.seconds.rounded(.up)) + 10)
          return unsafe csandbox_start(
            &program, input.fileHandleForReading.fileDescriptor, output.fileHandleForWriting.fileDescriptor,
            &isolation)
        }
      }
    }
    guard started > 0 else {
      throw SandboxError(.python(path: python, reason: String(cString: strerror(errno)).lowercased()))
    }
    identifier = started
    self.isolation = CodeIsolation(rawValue: isolation)
    // That the child is gone is seen where its answer is read, and is no signal.
    signal(SIGPIPE, SIG_IGN)
    self.input = dup(input.fileHandleForWriting.fileDescriptor)
    self.output = dup(output.fileHandleForReading.fileDescriptor)
  }

  deinit {
    kill(-identifier, SIGKILL)
    kill(identifier, SIGKILL)
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
    close(output)
  }

  /// Writes the whole of standard input; what a process that is gone does not take is of no use.
  func send(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var sent = 0
      while sent < bytes.count {
        let count = unsafe write(input, bytes.baseAddress! + sent, bytes.count - sent)
        if count > 0 { sent += count } else if errno != EINTR { return }
      }
    }
    close(input)
  }

  /// What the script writes, once; empty where the process ended without, `nil` where the time is over.
  func answer(within seconds: Double) -> String? {
    let deadline = ContinuousClock.now + .seconds(seconds)
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let left = deadline - .now
      guard left > .zero else { return nil }
      var place = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      guard poll(&place, 1, Int32(left / .milliseconds(1)) + 1) > 0 else { continue }
      let count = read(output, &chunk, chunk.count)
      if count >= 0 { return String(decoding: chunk[..<count], as: UTF8.self) }
      if errno != EINTR { return "" }
    }
  }

  private static var script: String {
    var count = 0
    let start = unsafe csandbox_script(&count)
    return unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
  }
}

/// Calls `body` with texts as C has lists of them: pointers, the last one null.
private func withStrings<R>(
  _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R
) -> R {
  let copies = texts.map { unsafe strdup($0) }
  defer { for copy in copies { unsafe free(copy) } }
  let pointers = copies.map { unsafe UnsafePointer($0) } + [nil]
  return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress!) }
}

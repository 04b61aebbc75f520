import Foundation
import Testing

@testable import Sandbox

/// Where a Python is, as the tests' environment has one.
private let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
  FileManager.default.isExecutableFile(atPath: $0)
}

@Suite("Programs that a model wrote", .enabled(if: python != nil, "needs python3"))
struct SandboxTests {
  private func verdict(_ program: String) throws -> CodeSandbox.Verdict {
    try CodeSandbox(python: python!).run(program)
  }

  @Test("A program passes where it runs to its end")
  func passes() throws {
    for program in [
      "", "def add(a, b): return a + b\nassert add(2, 3) == 5", "print('swallowed')", "x = '\\ud800'",
      "import math, re, heapq, collections, itertools, typing",
      "open('mine', 'w').write('x')\nassert open('mine').read() == 'x'",
      "if __name__ == '__main__': raise ValueError",  // as code_eval has it
    ] {
      #expect(try verdict(program) == .passed, "\(program)")
    }
  }

  @Test(
    "A program fails by its exception",
    arguments: [
      ("def add(a, b): return a * b\nassert add(2, 3) == 5", "AssertionError"), ("def f(:", "SyntaxError"),
      ("import sys; sys.exit(0)", "SystemExit"), ("input()", "OSError"),
      ("raise KeyboardInterrupt", "KeyboardInterrupt"),
      ("import subprocess; subprocess.run(['ls'])", "TypeError"), ("import os; os.getcwd()", "TypeError"),
      ("def f(): f()\nf()", "RecursionError"),
    ])
  func fails(program: String, exception: String) throws {
    #expect(try verdict(program) == .failed(exception: exception))
  }

  @Test("A program that ends its process has not passed, whatever it writes")
  func endings() throws {
    for program in ["import os; os._exit(0)", "import os; os.write(3, b'passed'); os._exit(0)"] {
      #expect(try verdict(program) == .failed(exception: ""), "\(program)")
    }
  }

  @Test("A program is ended when its time is over")
  func endless() throws {
    var limits = CodeSandbox.Limits()
    limits.seconds = 0.3
    let sandbox = try CodeSandbox(python: python!, limits: limits)
    #expect(try sandbox.run("while True: pass") == .timedOut)
    // Nothing of them is left.
    let marker = "assay-\(UUID().uuidString)"
    _ = try sandbox.run(
      "import ctypes, time\nif ctypes.CDLL(None).fork() == 0:\n  open('/proc/self/comm', 'w').write('x')\n  '\(marker)'\n  time.sleep(60)"
    )
    let arguments = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int($0) != nil }
      .compactMap { try? String(contentsOfFile: "/proc/\($0)/cmdline", encoding: .utf8) }
    #expect(!arguments.contains { $0.contains(marker) })
  }

  @Test("Programs run side by side, each with its own verdict")
  func together() throws {
    let programs = (0..<12).map { "assert \($0) % 3 != 0" }
    let verdicts = try CodeSandbox(python: python!).run(programs)
    #expect(
      verdicts == (0..<12).map { $0 % 3 == 0 ? .failed(exception: "AssertionError") : .passed })
  }

  @Test("A program that needs too much memory does not get it")
  func memory() throws {
    #expect(try verdict("x = 'a' * (8 << 30)") == .failed(exception: "MemoryError"))
  }

  @Test(
    "A program reaches no network",
    .enabled(if: (try? CodeSandbox(python: python ?? ""))?.isolation.contains(.calls) == true)
  )
  func network() throws {
    for program in [
      "import socket; socket.create_connection(('127.0.0.1', 9), 1)",
      "import socket; socket.socket(socket.AF_UNIX)",
    ] {
      #expect(try verdict(program) == .failed(exception: "PermissionError"), "\(program)")
    }
  }

  @Test(
    "A program writes in its own folder only, and not too much",
    .enabled(if: (try? CodeSandbox(python: python ?? ""))?.isolation.contains(.files) == true))
  func files() throws {
    let folder = NSTemporaryDirectory() + "sandbox-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for program in [
      "open('\(folder)/x', 'w')", "open('mine', 'wb').write(bytes(100 << 20))",
      "import glob\nopen(glob.glob('/dev/[vs]da*')[0], 'rb')",
    ] {
      #expect(try verdict(program) != .passed, "\(program)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }

  @Test("Programs need a Python that runs them")
  func noPython() throws {
    #expect(throws: SandboxError(.python(path: "/nowhere/python3", reason: "no such file or directory"))) {
      try CodeSandbox(python: "/nowhere/python3")
    }
    #expect(
      throws: SandboxError(.unending(path: "/bin/false"))
    ) {
      try CodeSandbox(python: "/bin/false")
    }
  }
}

import Foundation
import TensorCore

/// PyTorch's `linear`, measured by a child process in the same run.
final class PyTorch: Sendable {
  /// The interpreter that ASSAY_PYTHON names; nil without.
  static let shared = ProcessInfo.processInfo.environment["ASSAY_PYTHON"].map(PyTorch.init)

  private let interpreter: String

  private init(interpreter: String) { self.interpreter = interpreter }

  private static let program = """
    import sys, time, torch
    rows, outputs, inner, threads = map(int, sys.argv[1:5])
    torch.set_num_threads(threads)
    kind = getattr(torch, sys.argv[5])
    x, w = torch.randn(rows, inner).to(kind), torch.randn(outputs, inner).to(kind)
    best, total, runs = 1e9, 0, 0
    with torch.inference_mode():
      while total < 0.3 or runs < 3:
        start = time.perf_counter()
        torch.nn.functional.linear(x, w)
        taken = time.perf_counter() - start
        best, total, runs = min(best, taken), total + taken, runs + 1
    print(best)
    """

  /// Seconds of one product; nil if the interpreter fails.
  func seconds(rows: Int, outputs: Int, inner: Int, threads: Int, mode: ComputeMode) -> Double? {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: interpreter)
    process.arguments =
      ["-c", Self.program] + [rows, outputs, inner, threads].map(String.init) + [mode.rawValue]
    process.standardOutput = output
    guard (try? process.run()) != nil else { return nil }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Double(text.trimmingCharacters(in: .whitespacesAndNewlines))
  }
}

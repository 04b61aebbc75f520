import CProbes
import Foundation
import TensorCore

/// What this machine can do at most, measured in the same run.
struct Machine: CustomStringConvertible {
  /// Operations a second of one thread, 2 a multiply-add.
  let float32: Double
  /// The same for bfloat16 dot products; that of float32 where there is no instruction for them.
  let bfloat16: Double
  /// Bytes a second that 1 and 2 threads read from memory that no cache holds.
  let bandwidth: [Int: Double]

  static func measured() -> Machine {
    let steps = 1_000_000
    let float32 = probe_float32(1) / fastest { _ = probe_float32(steps) } * Double(steps)
    let bfloat16 = probe_bfloat16(1) / fastest { _ = probe_bfloat16(steps) } * Double(steps)
    let memory = [UInt64](repeating: 1, count: 1 << 25)  // 256 MB
    var bandwidth: [Int: Double] = [:]
    memory.withUnsafeBytes { bytes in
      let part = bytes.count / 64
      let parts = (0..<64).map { UInt(bitPattern: bytes.baseAddress! + $0 * part) }
      for threads in [1, 2] {
        Team.setThreadCount(threads)
        let time = fastest {
          Team.shared.run(64) { _ = probe_read(UnsafeRawPointer(bitPattern: parts[$0]), part) }
        }
        bandwidth[threads] = Double(bytes.count) / time
      }
    }
    return Machine(float32: float32, bfloat16: bfloat16 > 0 ? bfloat16 : float32, bandwidth: bandwidth)
  }

  func peak(_ mode: ComputeMode) -> Double { mode == .float32 ? float32 : bfloat16 }

  var description: String {
    """
    ## \(processor), kernels \(InstructionSet.current.name)

    One thread: \(Int(float32 / 1e9)) GFLOP/s in float32, \(Int(bfloat16 / 1e9)) in bfloat16. Reading memory: \
    \(Int(bandwidth[1]! / 1e9)) GB/s with one thread, \(Int(bandwidth[2]! / 1e9)) with two.

    """
  }

  private var processor: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "this machine"
  }
}

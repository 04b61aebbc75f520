import CProbes
import Foundation
import TensorCore

/// What this machine can do at most, measured in the same run.
struct Machine: CustomStringConvertible {
  /// Operations a second of 1 and 2 threads at once, 2 a multiply-add.
  let float32: [Int: Double]
  /// The same for bfloat16 dot products; that of float32 where there is no instruction for them.
  let bfloat16: [Int: Double]
  /// Bytes a second that 1 and 2 threads read from memory that no cache holds.
  let bandwidth: [Int: Double]

  static func measured() -> Machine {
    let float32 = rates(probe_float32)
    let bfloat16 = rates(probe_bfloat16)
    return Machine(
      float32: float32, bfloat16: bfloat16[1]! > 0 ? bfloat16 : float32, bandwidth: readRates())
  }

  /// Both threads do the whole of the probe, so that the clock is the one that two busy cores have.
  private static func rates(_ probe: @escaping @convention(c) (Int) -> Double) -> [Int: Double] {
    let steps = 300_000
    let operations = probe(1) * Double(steps)
    return Dictionary(
      uniqueKeysWithValues: [1, 2].map { threads in
        Team.setThreadCount(threads)
        let time = fastest { Team.shared.run(threads) { _ in _ = probe(steps) } }
        return (threads, operations * Double(threads) / time)
      })
  }

  /// The best of one, two and four streams a thread, over huge pages, as packed weights lie on them.
  private static func readRates() -> [Int: Double] {
    let (bytes, parts) = (1 << 29, 64)
    guard let memory = probe_memory(bytes) else {
      preconditionFailure("no \(bytes) bytes to read the memory's bandwidth from")
    }
    defer { free(memory) }
    let (start, part) = (UInt(bitPattern: memory), bytes / parts)
    return Dictionary(
      uniqueKeysWithValues: [1, 2].map { threads in
        Team.setThreadCount(threads)
        let times = [1, 2, 4].map { streams in
          fastest(within: 0.5) {
            Team.shared.run(parts) { index in
              _ = probe_read(UnsafeRawPointer(bitPattern: start + UInt(index * part)), part, streams)
            }
          }
        }
        return (threads, Double(bytes) / times.min()!)
      })
  }

  /// Operations a second that `threads` threads do at most.
  func peak(_ mode: ComputeMode, threads: Int) -> Double { (mode == .float32 ? float32 : bfloat16)[threads]! }

  var description: String {
    func pair(_ rates: [Int: Double]) -> String { "\(Int(rates[1]! / 1e9)) and \(Int(rates[2]! / 1e9))" }
    return """
      ## \(processor), kernels \(InstructionSet.current.name)

      Peaks of one and two threads: \(pair(float32)) GFLOP/s in float32, \(pair(bfloat16)) in bfloat16, reading memory \
      \(pair(bandwidth)) GB/s.

      """
  }

  private var processor: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "this machine"
  }
}

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
    Machine(
      float32: rates { 2 * MachinePeaks.multiplyAdds(.float32) },
      bfloat16: rates { 2 * MachinePeaks.multiplyAdds(.bfloat16) },
      bandwidth: rates { MachinePeaks.bandwidth() })
  }

  private static func rates(_ measure: () -> Double) -> [Int: Double] {
    Dictionary(
      uniqueKeysWithValues: [1, 2].map { threads in
        ThreadPool.setThreadCount(threads)
        return (threads, measure())
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

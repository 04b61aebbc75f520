internal import CKernels

/// What this machine does at most on the threads that the thread pool has now, measured when it is asked for: the rates that a
/// speed is a share of.
///
/// All threads work at once, so that the clock is the one that so many have; the best of several tries counts, the one that
/// was disturbed least.
public enum MachinePeaks {
  /// Multiply-adds a second, in registers, by the instruction that products of `mode` are made of on `set`.
  public static func multiplyAdds(_ mode: ComputeMode, on set: InstructionSet = .current) -> Double {
    let kernels = set.kernels.peaks.pointee
    guard
      let probe =
        switch mode {
        case .float32, .bfloat16: kernels.float32
        case .int16: kernels.words
        case .int8: kernels.bytes
        }
    else { preconditionFailure("the '\(set)' kernels have no probe of \(mode)") }
    let threads = ThreadPool.shared.threadCount
    var steps = 1024
    while least(tries: 1, { _ = probe(steps) }) < 0.005 { steps *= 2 }
    let seconds = least(tries: 20) { [steps] in ThreadPool.shared.run(threads) { _ in _ = probe(steps) } }
    return probe(1) * Double(steps * threads) / seconds
  }

  /// Bytes a second that are read from memory which no cache holds, on huge pages as packed weights are: the best of one,
  /// two and four streams a thread.
  public static func bandwidth(on set: InstructionSet = .current) -> Double {
    let (parts, part) = (64, 8 << 20)
    guard let memory = tc_panels_allocate(parts * part) else {
      preconditionFailure("no \(parts * part) bytes to measure the memory's bandwidth with")
    }
    defer { tc_panels_free(memory) }
    guard let read = set.kernels.peaks.pointee.read else {
      preconditionFailure("the '\(set)' kernels read no memory")
    }
    let start = UInt(bitPattern: memory)
    @Sendable func address(_ index: Int) -> UnsafeMutableRawPointer {
      UnsafeMutableRawPointer(bitPattern: start + UInt(index * part))!
    }
    ThreadPool.shared.run(parts) { address($0).initializeMemory(as: UInt8.self, repeating: 1, count: part) }
    let seconds = [1, 2, 4].map { streams in
      least(tries: 4) { ThreadPool.shared.run(parts) { _ = read(address($0), part, streams) } }
    }
    return Double(parts * part) / seconds.reduce(.infinity, min)
  }

  private static func least(tries: Int, _ body: () -> Void) -> Double {
    let clock = ContinuousClock()
    return (0..<tries).map { _ in clock.measure(body) / .seconds(1) }.reduce(.infinity, min)
  }
}

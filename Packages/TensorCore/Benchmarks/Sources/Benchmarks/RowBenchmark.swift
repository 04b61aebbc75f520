import TensorCore

/// Products of few rows, which are bound by reading the weight.
struct RowBenchmark {
  func run(on machine: Machine) {
    print("### multiply, few rows, share of the read bandwidth (a weight of 49152 by 2048)\n")
    print("| mode | rows | threads | ours |\n|---|---|---|---|")
    let (outputs, inner) = (49152, 2048)
    let weight = Tensor(numbers([outputs, inner]), shape: [outputs, inner])
    for mode in ComputeMode.allCases {
      let packed = PackedMatrix(weight, orientation: .outputsByInner, mode: mode)
      for (rows, threads) in [(1, 1), (1, 2), (4, 1), (8, 2)]
      where Selection.current.contains(shape: "\(outputs),\(inner)", rows: rows, threads: threads) {
        ThreadPool.setThreadCount(threads)
        let x = Tensor(numbers([rows, inner]), shape: [rows, inner])
        let rate = Double(packed.byteCount) / fastest { _ = packed.multiply(x) }
        print("| \(mode) | \(rows) | \(threads) | \(percent(rate / machine.bandwidth[threads]!)) |")
      }
    }
    print()
  }
}

import TensorCore

/// The fused unembedding, one target a row, against the peak of multiply-adds.
struct ScoreBenchmark {
  func run(on machine: Machine) {
    print("### score, inner 576, share of the peak\n")
    print("| mode | vocabulary | rows | threads | ours |\n|---|---|---|---|---|")
    for vocabulary in [49152, 151_936] {
      let weight = Tensor(numbers([vocabulary, 576]), shape: [vocabulary, 576])
      for mode in ComputeMode.allCases {
        let packed = PackedMatrix(weight, orientation: .outputsByInner, mode: mode)
        for (rows, threads) in [(64, 1), (512, 1), (512, 2)]
        where Selection.current.contains(shape: "\(vocabulary),576", rows: rows, threads: threads) {
          ThreadPool.setThreadCount(threads)
          let x = Tensor(numbers([rows, 576]), shape: [rows, 576])
          let targets = TargetLists((0..<rows).map { [Int32($0 * 7919 % vocabulary)] })
          let time = fastest(within: 1) { _ = packed.score(x, targets: targets) }
          let share = 2 * Double(rows * vocabulary * 576) / time / machine.peak(mode, threads: threads)
          print("| \(mode) | \(vocabulary) | \(rows) | \(threads) | \(percent(share)) |")
        }
      }
    }
    print()
  }
}

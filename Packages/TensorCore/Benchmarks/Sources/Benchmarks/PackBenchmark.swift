import TensorCore

/// Packing a weight, which happens once at load.
struct PackBenchmark {
  func run(on machine: Machine) {
    print("### packing a weight of 8192 by 2048, nanoseconds an element\n")
    print("| from | to | orientation | threads | ours |\n|---|---|---|---|---|")
    let (outputs, inner) = (8192, 2048)
    let weight = Tensor(numbers([outputs, inner]), shape: [outputs, inner])
    for type in [ElementType.float32, .bfloat16, .float16] {
      let source = weight.converted(to: type)
      for mode in ComputeMode.allCases {
        for orientation in [PackedMatrix.Orientation.outputsByInner, .innerByOutputs] {
          for threads in [1, 2]
          where Selection.current.contains(shape: "\(outputs),\(inner)", rows: 0, threads: threads) {
            ThreadPool.setThreadCount(threads)
            let time = fastest { _ = PackedMatrix(source, orientation: orientation, mode: mode) }
            let each = (time * 1e9 / Double(outputs * inner) * 100).rounded() / 100
            print("| \(type) | \(mode) | \(orientation) | \(threads) | \(each) |")
          }
        }
      }
    }
    print()
  }
}

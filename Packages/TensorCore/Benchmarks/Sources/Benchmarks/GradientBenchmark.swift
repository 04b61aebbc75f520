import CProbes
import TensorCore

/// Gradients of weights, which are sums of outer products over rows, against the peak of multiply-adds and OpenBLAS.
struct GradientBenchmark {
  private static let shapes = [(384, 1536), (1536, 384), (384, 1152), (384, 384), (768, 3072), (2048, 2048)]
  private static let rows = 3072

  func run(on machine: Machine) {
    print("### gradient of a weight, \(Self.rows) rows, share of the peak\n")
    print("| inner, outputs | threads | ours | OpenBLAS |\n|---|---|---|---|")
    for (inner, outputs) in Self.shapes {
      for threads in [1, 2] {
        let shape = "\(inner),\(outputs)"
        guard Selection.current.contains(shape: shape, rows: Self.rows, threads: threads) else { continue }
        measure(inner, outputs, threads, machine)
      }
    }
    print()
  }

  private func measure(_ inner: Int, _ outputs: Int, _ threads: Int, _ machine: Machine) {
    ThreadPool.setThreadCount(threads)
    let (x, g) = (numbers([Self.rows, inner]), numbers([Self.rows, outputs]))
    let (left, right) = (Tensor(x, shape: [Self.rows, inner]), Tensor(g, shape: [Self.rows, outputs]))
    let peak = machine.peak(.float32, threads: threads)
    func share(_ time: Double) -> String { percent(2 * Double(Self.rows * inner * outputs) / time / peak) }
    var y = [Float](repeating: 0, count: inner * outputs)
    let ours = fastest { _ = left.matrixProduct(right, transposingSelf: true) }
    let peer = fastest {
      openblas_outer_products(x, g, &y, Int32(inner), Int32(outputs), Int32(Self.rows), Int32(threads))
    }
    print("| \(inner), \(outputs) | \(threads) | \(share(ours)) | \(share(peer)) |")
  }
}

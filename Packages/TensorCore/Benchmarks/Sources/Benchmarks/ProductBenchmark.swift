import CProbes
import TensorCore

/// Products of many rows, against the peak of multiply-adds, OpenBLAS and PyTorch.
struct ProductBenchmark {
  static let shapes = [
    (960, 576), (576, 576), (3072, 576), (576, 1536), (49152, 576), (2048, 2048), (8192, 2048),
  ]
  let mode: ComputeMode

  func run(on machine: Machine) {
    let peer = mode == .float32 ? " OpenBLAS |" : ""
    print("### multiply \(mode), share of the peak\n")
    print("| outputs, inner | rows | threads | ours |\(peer) PyTorch |")
    print("|---|---|---|---|\(peer.isEmpty ? "" : "---|")---|")
    for (outputs, inner) in Self.shapes {
      let weight = numbers([outputs, inner])
      let packed = PackedMatrix(
        Tensor(weight, shape: [outputs, inner]), orientation: .outputsByInner, mode: mode)
      for (rows, threads) in [(96, 1), (512, 1), (2048, 1), (256, 2), (2048, 2)] {
        guard rows * outputs <= 1 << 25,
          Selection.current.contains(shape: "\(outputs),\(inner)", rows: rows, threads: threads)
        else { continue }
        measure(packed, weight, rows, threads, machine)
      }
    }
    print()
  }

  private func measure(
    _ packed: PackedMatrix, _ weight: [Float], _ rows: Int, _ threads: Int, _ machine: Machine
  ) {
    let (outputs, inner) = (packed.outputs, packed.inner)
    ThreadPool.setThreadCount(threads)
    let x = numbers([rows, inner])
    let tensor = Tensor(x, shape: [rows, inner])
    let peak = machine.peak(mode, threads: threads)
    func share(_ time: Double) -> String { percent(2 * Double(rows * outputs * inner) / time / peak) }
    var cells = [
      "\(outputs), \(inner)", "\(rows)", "\(threads)", share(fastest { _ = packed.multiply(tensor) }),
    ]
    if mode == .float32 {
      var y = [Float](repeating: 0, count: rows * outputs)
      cells.append(
        share(
          fastest {
            openblas_product(x, weight, &y, Int32(rows), Int32(outputs), Int32(inner), Int32(threads))
          }))
    }
    let peer = PyTorch.shared?.seconds(
      rows: rows, outputs: outputs, inner: inner, threads: threads, mode: mode)
    cells.append(peer.map(share) ?? "–")
    print("| \(cells.joined(separator: " | ")) |")
  }
}

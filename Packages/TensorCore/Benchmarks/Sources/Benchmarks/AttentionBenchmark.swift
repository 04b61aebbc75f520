import TensorCore

/// Causal attention, 9 query heads on 3 key heads of 64, counting 4 · width · T (T + 1) / 2 a head.
struct AttentionBenchmark {
  private let heads = 9
  private let keyHeads = 3
  private let headWidth = 64

  func run(on machine: Machine) {
    print("### attending, 9 query heads on 3 key heads of 64, share of the peak\n")
    print("| mode | positions | threads | ours |\n|---|---|---|---|")
    for mode in ComputeMode.allCases {
      for (positions, threads) in [(512, 1), (512, 2), (2048, 1), (2048, 2)]
      where Selection.current.contains(shape: "attention", rows: positions, threads: threads) {
        ThreadPool.setThreadCount(threads)
        let time = seconds(mode: mode, cached: 0, rows: positions)
        let operations = Double(4 * headWidth * heads) * Double(positions) * Double(positions + 1) / 2
        print(
          "| \(mode) | \(positions) | \(threads) | "
            + "\(percent(operations / time / machine.peak(mode, threads: threads))) |")
      }
    }
    print("\n### attending, one row of a sequence of 4096, share of the read bandwidth\n")
    print("| mode | threads | ours |\n|---|---|---|")
    for mode in ComputeMode.allCases {
      for threads in [1, 2] where Selection.current.contains(shape: "decode", rows: 1, threads: threads) {
        ThreadPool.setThreadCount(threads)
        let time = seconds(mode: mode, cached: 4095, rows: 1)
        let bytes = Double(4096 * 2 * keyHeads * headWidth * (mode == .float32 ? 4 : 2))
        print("| \(mode) | \(threads) | \(percent(bytes / time / machine.bandwidth[threads]!)) |")
      }
    }
    print()
  }

  /// Of `rows` rows of one sequence, after `cached` positions.
  private func seconds(mode: ComputeMode, cached: Int, rows: Int) -> Double {
    let pages = KVCache(layers: 1, keyHeads: keyHeads, headWidth: headWidth, mode: mode)
    let (queryWidth, keyWidth) = (heads * headWidth, keyHeads * headWidth)
    let width = queryWidth + 2 * keyWidth
    let table = (0..<Segment.pageCount(forPositions: cached + rows)).map { _ in pages.allocate() }
    let all = Segment(rows: 0..<cached + rows, start: 0, pages: table)
    pages.write(
      layer: 0, rows: Tensor(numbers([cached + rows, width]), shape: [cached + rows, width]),
      keyColumns: queryWidth..<queryWidth + keyWidth, valueColumns: queryWidth + keyWidth..<width,
      segments: [all])
    let x = Tensor(numbers([rows, width]), shape: [rows, width])
    let segment = Segment(rows: 0..<rows, start: cached, pages: table)
    return fastest {
      _ = x.attending(
        queryColumns: 0..<queryWidth, heads: heads, to: pages, layer: 0, segments: [segment], scale: 0.125,
        window: nil)
    }
  }
}

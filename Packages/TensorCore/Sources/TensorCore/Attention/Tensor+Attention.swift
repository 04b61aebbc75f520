internal import CKernels

extension Tensor {
  /// Causal attention of the rows of many sequences, each to its own pages.
  ///
  ///     output = Σ softmax(scale · query · key) · value    over the positions that the row sees
  ///
  /// Row i of a segment is at position `start + i` and sees itself and what is before it, at most `window` positions, and
  /// none before the last multiple of `chunk`.
  /// Query head h shares key head h / (heads / keyHeads). A row's bits depend on its query and on the keys and values that
  /// it sees, on nothing else: neither on which of them an earlier pass has stored, nor on the other rows and segments,
  /// nor on threads. Never more than a page of scores exists at once.
  ///
  /// - Shape: `self` `[tokens, width]`, `queryColumns` heads · headWidth of its columns, result
  ///   `[tokens, heads · headWidth]` float32; rows of no segment are zero.
  /// - Parameters:
  ///   - pages: Hold the keys and values of every position seen, those of these rows too.
  ///   - scale: The factor on scores, positive, usually 1 / √headWidth.
  ///   - window: How many positions a row sees, its own included; nil for all.
  ///   - chunk: Positions are cut at its multiples, and a row sees its own piece only; nil for all.
  ///   - sinks: `[heads]` float32: a score for each query head that takes a share of the softmax and has no value.
  ///   - modification: What becomes of scaled scores.
  /// - Returns: A new tensor, within the bound of `tc_attend_fn`.
  /// - Source: Vaswani et al. 2017, *Attention Is All You Need*, §3.2; Ainslie et al. 2023, *GQA*; online softmax by
  ///   Milakov and Gimelshein 2018.
  public func attending(
    queryColumns: Range<Int>, heads: Int, to pages: KVCache, layer: Int, segments: [Segment],
    scale: Float, window: Int?, chunk: Int? = nil, sinks: Tensor? = nil,
    modification: ScoreModification = .none
  ) -> Tensor {
    let (keyHeads, headWidth) = pages.heads(of: layer)
    let width = self.width
    let outputWidth = heads * headWidth
    precondition(
      holds(queryColumns, ofHeads: headWidth) && queryColumns.count == outputWidth
        && heads % keyHeads == 0 && (window ?? 1) > 0 && (chunk ?? 1) > 0 && scale > 0
        && sinks.map { $0.shape == [heads] } ?? true && (modification.softcap ?? 1) > 0
        && (modification.bias?.heads ?? heads) == heads,
      "attending: queries \(queryColumns) of x \(shape), \(heads) heads on \(keyHeads) of \(headWidth), "
        + "layer \(layer) of \(pages.layers), window \(String(describing: window)), chunk \(String(describing: chunk)), "
        + "sinks \(String(describing: sinks?.shape))")
    let covered = segments.reduce(0) { $0 + $1.rows.count }
    let result =
      covered == rowCount
      ? Tensor(undefined: [rowCount, outputWidth]) : Tensor(zeros: [rowCount, outputWidth])
    let group = heads / keyHeads
    let tables = segments.map { PageTable($0, of: pages, layer: layer, rowCount: rowCount) }
    let blocks = AttentionBlock.covering(segments, keyHeads: keyHeads, group: group)
    let kernels = InstructionSet.current.kernels.attention.pointee
    let kernel = pages.mode == .bfloat16 ? kernels.attend_bf16! : kernels.attend_f32!
    let scratchByteCount = tc_attention_scratch(blocks.map(\.rows.count).max() ?? 0, group, headWidth)
    let x = aligned()
    let sinks = sinks?.aligned()
    let bias = modification.bias?.rows(below: segments.map(\.end).max() ?? 0)
    withExtendedLifetime((x, result, tables, sinks, bias)) {
      let sink = sinks?.floatAddress
      let from = x.floatAddress
      let added = bias?.floatAddress
      let stride = bias?.width ?? 0
      let firstBiased = modification.bias?.range.lowerBound ?? 0
      let to = result.floatAddress
      ThreadPool.shared.run(blocks.count) { index in
        let block = blocks[index]
        let scratch = Storage(byteCount: scratchByteCount)
        tables[block.segment].withAddresses { addresses in
          var task = tc_attention_block(
            queries: from.floats(
              block.rows.lowerBound * width + queryColumns.lowerBound + block.keyHead * group * headWidth),
            query_stride: width,
            output: to.mutableFloats(block.rows.lowerBound * outputWidth + block.keyHead * group * headWidth),
            output_stride: outputWidth, rows: block.rows.count, group: group, width: headWidth,
            first_position: block.position, window: window ?? .max,
            chunk: chunk ?? .max, sinks: sink?.floats(block.keyHead * group), pages: addresses,
            page_offset: pages.blockOffset(of: layer, head: block.keyHead), scale: scale,
            softcap: modification.softcap ?? 0,
            bias: added?.floats((firstBiased + block.keyHead * group) * stride),
            bias_stride: stride,
            scratch: scratch.address)
          kernel(&task)
        }
        withExtendedLifetime(scratch) {}
      }
    }
    return result
  }
}

/// A step of the parallel region: some rows of a segment, the query heads of one key head.
private struct AttentionBlock {
  let segment: Int
  let rows: Range<Int>
  let position: Int
  let keyHead: Int

  /// Blocks of about 96 query rows, those that see most first, so that no thread is left with a long one at the end.
  static func covering(_ segments: [Segment], keyHeads: Int, group: Int) -> [AttentionBlock] {
    let size = max(96 / group, 1)
    var blocks: [AttentionBlock] = []
    for (index, segment) in segments.enumerated() {
      for first in stride(from: 0, to: segment.rows.count, by: size) {
        let count = min(size, segment.rows.count - first)
        let row = segment.rows.lowerBound + first
        for head in 0..<keyHeads {
          blocks.append(
            AttentionBlock(
              segment: index, rows: row..<row + count, position: segment.start + first, keyHead: head))
        }
      }
    }
    return blocks.sorted {
      ($0.position + $0.rows.count, $1.segment) > ($1.position + $1.rows.count, $0.segment)
    }
  }
}

/// A layer's part of a segment's pages, held and ready for the kernel.
private struct PageTable: @unchecked Sendable {
  private let storages: [Storage]
  private let addresses: [UnsafeRawPointer?]

  init(_ segment: Segment, of pages: KVCache, layer: Int, rowCount: Int) {
    let needed = Segment.pageCount(forPositions: segment.end)
    precondition(
      segment.rows.lowerBound >= 0 && segment.rows.upperBound <= rowCount && segment.start >= 0
        && segment.pages.count >= needed,
      "segment rows \(segment.rows) of \(rowCount) at \(segment.start), \(segment.pages.count) pages")
    let blocks = pages.blocks(of: layer, segment.pages.prefix(needed))
    storages = blocks.map(\.page)
    addresses = blocks.map(\.block)
  }

  func withAddresses(_ body: (UnsafePointer<UnsafeRawPointer?>) -> Void) {
    withExtendedLifetime(storages) {
      addresses.withUnsafeBufferPointer { body($0.baseAddress!) }
    }
  }
}

internal import CKernels

/// A convolution of each channel by itself over the last few positions of its sequence.
///
/// - Source: Gu and Dao 2023, *Mamba*, §3.4.
public struct CausalConvolution: Sendable {
  public let taps: Int
  public let channels: Int
  /// `[taps, channels]`, oldest position first.
  private let weight: Tensor
  private let bias: Tensor?

  /// - Parameters:
  ///   - weight: `[channels, 1, taps]`, as PyTorch holds it, the oldest position first.
  ///   - bias: `[channels]`.
  /// - Precondition: The shapes fit.
  public init(weight: Tensor, bias: Tensor?) {
    precondition(
      weight.shape.count == 3 && weight.shape[1] == 1 && bias.map { $0.shape == [weight.shape[0]] } ?? true,
      "a convolution of \(weight.shape), bias \(String(describing: bias?.shape))")
    let (channels, taps) = (weight.shape[0], weight.shape[2])
    (self.channels, self.taps) = (channels, taps)
    let own = weight.converted(to: .float32).floats
    self.weight = Tensor(
      (0..<taps * channels).map { own[$0 % channels * taps + $0 / channels] }, shape: [taps, channels]
    ).aligned()
    self.bias = bias?.converted(to: .float32).aligned()
  }

  /// What a layer keeps for it.
  public var state: LayerState { .recurrent(rowWidth: channels) }

  /// Stores rows, then convolves each with those before it in its sequence; zero stands before the first.
  ///
  /// - Shape: `rows` and result `[tokens, channels]` float32.
  /// - Parameters:
  ///   - segments: They cover the rows.
  ///   - stored: Where rows go: `segments`, then forks.
  public func callAsFunction(
    _ rows: RowPart, in pages: KVCache, layer: Int, segments: [Segment], stored: [Segment]
  ) -> Tensor {
    pages.write(layer: layer, rows: [rows], segments: stored)
    let result = Tensor(undefined: [rows.tensor.rowCount, channels])
    let kernel = InstructionSet.current.kernels.recurrences.pointee.convolve!
    let blocks = segments.flatMap(Self.blocks)
    let tables = segments.map { RecurrentPages($0, of: pages, layer: layer) }
    let owners = segments.indices.flatMap { index in Self.blocks(of: segments[index]).map { _ in index } }
    withExtendedLifetime((self, result, tables)) {
      let (factors, added, to) = (weight.floatAddress, bias?.floatAddress, result.floatAddress)
      inParallel(blocks.count, grain: 1) { range in
        for index in range {
          let (block, table) = (blocks[index], tables[owners[index]])
          let inputs = (block.start - taps + 1..<block.end).map { table.row($0) }
          inputs.withUnsafeBufferPointer { inputs in
            var task = tc_convolution(
              rows: inputs.baseAddress, count: block.rows.count, taps: taps, channels: channels,
              weight: factors.floats(), bias: added?.floats(),
              output: to.mutableFloats(block.rows.lowerBound * channels))
            kernel(&task)
          }
        }
      }
    }
    return result
  }

  /// A segment in pieces of sixteen positions.
  private static func blocks(of segment: Segment) -> [Segment] {
    stride(from: 0, to: segment.rows.count, by: 16).map { first in
      let row = segment.rows.lowerBound + first
      return Segment(
        rows: row..<min(row + 16, segment.rows.upperBound), start: segment.start + first, pages: [])
    }
  }
}

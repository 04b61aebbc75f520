internal import CKernels

/// A state that each channel carries from position to position, and how much of it is kept, which the input selects.
///
/// - Source: Gu and Dao 2023, *Mamba*, algorithm 2; Dao and Gu 2024, *Transformers are SSMs*, §6.
public struct SelectiveScan: Sendable {
  /// Channels that share B and C, as one step of the parallel region takes them.
  private struct Unit: Sendable {
    let channels: Range<Int>
    let step: Int
    let group: Int
  }

  public let channels: Int
  public let states: Int
  public let groups: Int
  /// How many step widths a row has: one for each channel, or for each head.
  public let steps: Int
  private let units: [Unit]
  /// Elements of a unit's state.
  private let stateWidth: Int
  private let isShared: Bool
  /// Of each unit `[states, channels]`, or one number.
  private let decay: Tensor
  /// `[channels]`.
  private let skip: Tensor

  /// Channels with step widths and decays of their own.
  ///
  /// - Parameters:
  ///   - decay: `[channels, states]`, negative.
  ///   - skip: `[channels]`, the factor on the input itself.
  public init(channelDecay decay: Tensor, skip: Tensor) {
    precondition(decay.shape.count == 2 && skip.shape == [decay.shape[0]], "a scan of \(decay.shape)")
    let (channels, states) = (decay.shape[0], decay.shape[1])
    (self.channels, self.states, groups, steps, isShared) = (channels, states, 1, channels, false)
    let width = min(16, channels)
    units = stride(from: 0, to: channels, by: width).map {
      Unit(channels: $0..<min($0 + width, channels), step: $0, group: 0)
    }
    stateWidth = width * states
    let own = decay.floats
    var ordered: [Float] = []
    for unit in units {
      var block = (0..<states).flatMap { state in unit.channels.map { own[$0 * states + state] } }
      block += Array(repeating: 0, count: stateWidth - block.count)
      ordered += block
    }
    self.decay = Tensor(ordered, shape: [ordered.count])
    self.skip = skip.converted(to: .float32)
  }

  /// Heads with one step width and decay each, in groups that share B and C.
  ///
  /// - Parameters:
  ///   - decay: `[heads]`, negative.
  ///   - skip: `[heads]`, the factor on the input itself.
  public init(headDecay decay: Tensor, skip: Tensor, headWidth: Int, groups: Int, states: Int) {
    let heads = decay.count
    precondition(
      skip.count == heads && headWidth > 0 && groups > 0 && heads % groups == 0 && states > 0,
      "a scan of \(heads) heads of \(headWidth) in \(groups) groups")
    (channels, self.states, self.groups, steps, isShared) = (heads * headWidth, states, groups, heads, true)
    units = (0..<heads).map {
      Unit(channels: $0 * headWidth..<($0 + 1) * headWidth, step: $0, group: $0 / (heads / groups))
    }
    stateWidth = headWidth * states
    self.decay = decay.converted(to: .float32)
    let own = skip.floats
    self.skip = Tensor((0..<heads * headWidth).map { own[$0 / headWidth] }, shape: [heads * headWidth])
  }

  /// Elements of a row: x `[channels]`, B and C `[groups, states]` each, step widths `[steps]`.
  public var rowWidth: Int { channels + 2 * groups * states + steps }

  /// What a layer keeps for it.
  public var state: LayerState { .recurrent(rowWidth: rowWidth, units: units.count, unitWidth: stateWidth) }

  /// Stores rows, then runs over them.
  ///
  /// - Shape: `rows` `[tokens, rowWidth]` in parts, result `[tokens, channels]`, float32.
  /// - Parameters:
  ///   - segments: They cover the rows.
  ///   - stored: Where rows go: `segments`, then forks.
  public func callAsFunction(
    _ rows: [RowPart], in pages: KVCache, layer: Int, segments: [Segment], stored: [Segment]
  ) -> Tensor {
    let result = Tensor(undefined: [rows[0].tensor.rowCount, channels])
    let kernel = InstructionSet.current.kernels.recurrences.pointee.scan!
    let (decay, skip) = (decay.aligned(), skip.aligned())
    let (second, third) = (channels + groups * states, channels + 2 * groups * states)
    withExtendedLifetime((decay, skip, result)) {
      let (decays, skips, to) = (decay.floatAddress, skip.floatAddress, result.floatAddress)
      pages.recur(
        layer: layer, rows: rows, segments: segments, stored: stored
      ) { index, run in
        let unit = units[index]
        let first = unit.channels.lowerBound
        var task = tc_scan(
          rows: run.rows, row_stride: rowWidth, count: run.count, x: first, dt: third + unit.step,
          b: channels + unit.group * states, c: second + unit.group * states, channels: unit.channels.count,
          states: states, decay: decays.floats(index * (isShared ? 1 : stateWidth)),
          is_shared: isShared ? 1 : 0, skip: skips.floats(first), state: run.state,
          output: run.output.map { to.mutableFloats($0 * channels + first) }, output_stride: channels)
        kernel(&task)
      }
    }
    return result
  }
}

internal import CKernels

/// A frozen weight, laid out once for the kernels that will read it.
///
/// Panels of 64 outputs, the inner dimension outermost within a panel; bfloat16 in pairs. All instruction
/// sets read the same layout. Memory: 4 or 2 bytes an element, outputs rounded up to 64 (and, in bfloat16,
/// inner up to 2). Quantised weights stay in their blocks, rearranged, in the memory that they take in their file and
/// at most a twenty-eighth more, and are decoded a few columns at a time where they are multiplied: in float32 and
/// bfloat16 to the bits that the decoded weight would give.
public final class PackedMatrix: Sendable {
  /// Which axis of a weight comes first.
  public enum Orientation: Sendable {
    /// `[inner, outputs]`, the kernel of a Flax layer.
    case innerByOutputs
    /// `[outputs, inner]`, the weight of a PyTorch layer, and an embedding `[vocabulary, width]` that
    /// unembeds.
    case outputsByInner

    /// That of the same weight, when gradients of its outputs are taken to its inner axis.
    var transposed: Orientation { self == .innerByOutputs ? .outputsByInner : .innerByOutputs }
  }

  /// Length of a result row of ``multiply(_:bias:activation:adding:)``; of ``gated(_:activation:adding:)``,
  /// when this weight is gated.
  public let outputs: Int
  /// Length of an operand row.
  public let inner: Int
  /// What the operands of products with this weight are rounded to.
  public let mode: ComputeMode
  /// Whether this is a gate and an up projection side by side, for ``gated(_:activation:adding:)``.
  public let isGated: Bool
  /// Bytes of packed memory.
  public let byteCount: Int
  fileprivate let outputRuns: [OutputRun]

  /// A run of outputs that one product computes: all of them, unless parts are quantised in different formats.
  fileprivate struct OutputRun {
    let panels: Panels
    /// Outputs, counting gate and up.
    let columns: Int
    /// `nil` where the panels hold operands.
    let format: BlockFormat?
  }

  /// Packs one weight, in parallel. The pages of a mapped one are released.
  ///
  /// - Shape: `weight` `[inner, outputs]` or `[outputs, inner]`, by `orientation`.
  /// - Parameter mode: `.bfloat16` rounds the weight to nearest even, unless it is bfloat16 already.
  /// - Precondition: `weight` has two axes and is float32, bfloat16 or float16.
  public convenience init(_ weight: Tensor, orientation: Orientation, mode: ComputeMode) {
    self.init(concatenating: [weight], orientation: orientation, mode: mode)
  }

  /// Packs weights side by side, or a gate and what it lets through, in the memory of an `old` matrix if nothing else
  /// holds that.
  convenience init(
    _ weights: [Tensor], isGated: Bool, orientation: Orientation, mode: ComputeMode,
    inPlaceOf old: consuming PackedMatrix?
  ) {
    var old = old
    let panels = isKnownUniquelyReferenced(&old) ? old?.outputRuns.first?.panels : nil
    self.init(weights.map { Source($0, orientation) }, orientation, mode, isGated: isGated) { byteCount in
      if let panels, panels.byteCount == byteCount { panels } else { Panels(byteCount: byteCount) }
    }
  }

  /// Packs one weight in memory of the pool, for as long as a product or two take.
  convenience init(passing weight: Tensor, orientation: Orientation) {
    self.init([Source(weight, orientation)], orientation, .float32, isGated: false) { Panels(pooled: $0) }
  }

  /// Packs several weights side by side along their outputs, as one product: queries, keys and values.
  ///
  /// - Precondition: There is at least one, all with the same inner dimension.
  public convenience init(concatenating weights: [Tensor], orientation: Orientation, mode: ComputeMode) {
    self.init(weights.map { Source($0, orientation) }, orientation, mode, isGated: false)
  }

  /// Packs the two projections of a gated feed-forward layer, for ``gated(_:activation:adding:)``.
  ///
  /// - Precondition: `gate` and `up` have the same shape.
  public convenience init(gate: Tensor, up: Tensor, orientation: Orientation, mode: ComputeMode) {
    precondition(gate.shape == up.shape, "gate \(gate.shape) and up \(up.shape) differ in shape")
    self.init([gate, up].map { Source($0, orientation) }, orientation, mode, isGated: true)
  }

  /// Packs weights that are decoded on the way, such as blocks of a quantised file.
  ///
  /// - Parameter sources: Side by side along the outputs; each yields rows of its own orientation.
  public convenience init(_ sources: [DecodedWeight], orientation: Orientation, mode: ComputeMode) {
    self.init(sources.map { Source($0, orientation) }, orientation, mode, isGated: false)
  }

  /// Packs a gate and an up projection that are decoded on the way.
  public convenience init(
    gate: DecodedWeight, up: DecodedWeight, orientation: Orientation, mode: ComputeMode
  ) {
    precondition(gate.rows == up.rows && gate.width == up.width, "gate and up differ in shape")
    self.init([gate, up].map { Source($0, orientation) }, orientation, mode, isGated: true)
  }

  private convenience init(
    _ sources: [Source], _ orientation: Orientation, _ mode: ComputeMode, isGated: Bool,
    panels makePanels: (Int) -> Panels = { Panels(byteCount: $0) }
  ) {
    guard let inner = sources.first?.inner, sources.allSatisfy({ $0.inner == inner }) else {
      preconditionFailure("weights side by side need one inner dimension, got \(sources.map(\.inner))")
    }
    let run = OutputRun(
      packing: sources, orientation, inner: inner, isGated: isGated, mode: mode, panels: makePanels)
    self.init([run], inner: inner, isGated: isGated, mode: mode)
  }

  private init(_ outputRuns: [OutputRun], inner: Int, isGated: Bool, mode: ComputeMode) {
    let columns = outputRuns.reduce(0) { $0 + $1.columns }
    self.inner = inner
    self.mode = mode
    self.isGated = isGated
    self.outputRuns = outputRuns
    outputs = isGated ? columns / 2 : columns
    byteCount = outputRuns.reduce(0) { $0 + $1.panels.byteCount }
  }

  /// Runs `body` on the kernels' description of this weight; its pointers are valid within.
  ///
  /// - Precondition: All parts are quantised in one format, or none is.
  func withPacked<R>(_ body: (UnsafePointer<tc_packed>) -> R) -> R {
    precondition(outputRuns.count == 1, "a weight of \(outputRuns.count) runs of outputs")
    return withExtendedLifetime(self) {
      let packed = description(of: outputRuns[0])
      return withUnsafePointer(to: packed, body)
    }
  }

  /// Runs `body` on the description of each run and on its first output.
  func forEachOutputRun(_ body: (UnsafePointer<tc_packed>, Int) -> Void) {
    withExtendedLifetime(self) {
      var first = 0
      for run in outputRuns {
        let packed = description(of: run)
        withUnsafePointer(to: packed) { body($0, first) }
        first += run.columns
      }
    }
  }

  private func description(of run: OutputRun) -> tc_packed {
    var packed = tc_packed(
      columns: run.columns, inner: inner, isGated: isGated, mode: mode, format: run.format)
    packed.panels = UnsafeRawPointer(run.panels.address)
    return packed
  }
}

extension PackedMatrix {
  /// A weight as its file has it, `[outputs, inner]`.
  enum Weight {
    case tensor(Tensor)
    case blocks(BlockMatrix)

    var tensor: Tensor? { if case .tensor(let tensor) = self { tensor } else { nil } }
    var blocks: BlockMatrix? { if case .blocks(let blocks) = self { blocks } else { nil } }
    var format: BlockFormat? { blocks?.format }
    var shape: [Int] {
      switch self {
      case .tensor(let tensor): tensor.shape
      case .blocks(let blocks): blocks.shape
      }
    }
  }

  /// Packs weights side by side along their outputs, of which quantised ones stay in their blocks: each run of one format
  /// is one of the runs.
  ///
  /// - Precondition: One inner dimension; a gate and what it lets through are of one format.
  convenience init(_ weights: [Weight], isGated: Bool, mode: ComputeMode) {
    guard let inner = weights.first?.shape[1], weights.allSatisfy({ $0.shape[1] == inner }) else {
      preconditionFailure("weights side by side need one inner dimension, got \(weights.map(\.shape))")
    }
    var runs: [[Weight]] = []
    for weight in weights {
      if let last = runs.last, last[0].format == weight.format {
        runs[runs.count - 1].append(weight)
      } else {
        runs.append([weight])
      }
    }
    precondition(!isGated || runs.count == 1, "a gate and what it lets through in two formats")
    let outputRuns = runs.map { run in
      if let format = run[0].format {
        OutputRun(
          packing: run.compactMap(\.blocks), of: format, inner: inner, isGated: isGated, mode: mode)
      } else {
        OutputRun(
          packing: run.compactMap(\.tensor).map { Source($0, .outputsByInner) }, .outputsByInner,
          inner: inner,
          isGated: isGated, mode: mode)
      }
    }
    self.init(outputRuns, inner: inner, isGated: isGated, mode: mode)
  }
}

extension PackedMatrix.OutputRun {
  /// Packs operands, and releases the pages of mapped ones.
  fileprivate init(
    packing sources: [PackedMatrix.Source], _ orientation: PackedMatrix.Orientation, inner: Int,
    isGated: Bool,
    mode: ComputeMode, panels makePanels: (Int) -> Panels = { Panels(byteCount: $0) }
  ) {
    let columns = sources.reduce(0) { $0 + $1.outputs }
    var packed = tc_packed(columns: columns, inner: inner, isGated: isGated, mode: mode, format: nil)
    let panels = makePanels(tc_packed_bytes(&packed))
    let ok = PackedMatrix.Source.withSources(sources) { sources in
      tc_pack(&packed, panels.address, sources.baseAddress, sources.count, orientation == .outputsByInner)
    }
    precondition(ok, "no memory for a row of a weight of \(inner) by \(columns)")
    for source in sources { source.releasePages() }
    self.init(panels: panels, columns: columns, format: nil)
  }

  /// Packs blocks of one format, and releases their pages.
  fileprivate init(
    packing blocks: [BlockMatrix], of format: BlockFormat, inner: Int, isGated: Bool, mode: ComputeMode
  ) {
    let columns = blocks.reduce(0) { $0 + $1.shape[0] }
    var packed = tc_packed(columns: columns, inner: inner, isGated: isGated, mode: mode, format: format)
    let panels = Panels(byteCount: tc_packed_bytes(&packed))
    let sources = blocks.map { part in
      tc_block_source(
        rows: part.bytes.rawPointer.assumingMemoryBound(to: UInt8.self), outputs: part.shape[0])
    }
    withExtendedLifetime(blocks) { tc_pack_blocks(&packed, panels.address, sources) }
    for part in blocks { part.releasePages() }
    self.init(panels: panels, columns: columns, format: format)
  }
}

extension tc_packed {
  /// A run of outputs whose panels are yet to be made.
  fileprivate init(columns: Int, inner: Int, isGated: Bool, mode: ComputeMode, format: BlockFormat?) {
    self.init()
    outputs = columns
    self.inner = inner
    gated = isGated
    operand = format.map(\.isOfFloats) ?? true ? mode.operand : mode.blockOperand
    guard let format else { return }
    blocks = true
    self.format = format.code
  }
}

/// Written by the initialiser of the matrix that holds it, only read after.
private final class Panels: @unchecked Sendable {
  let address: UnsafeMutableRawPointer
  let byteCount: Int
  private let storage: Storage?

  init(pooled byteCount: Int) {
    let storage = Storage(byteCount: byteCount)
    self.byteCount = byteCount
    self.storage = storage
    address = storage.address
  }

  init(byteCount: Int) {
    self.byteCount = byteCount
    storage = nil
    guard let address = tc_panels_allocate(byteCount) else {
      preconditionFailure("no memory for \(byteCount) bytes of a packed weight")
    }
    self.address = address
  }

  deinit { if storage == nil { tc_panels_free(address) } }
}

extension ComputeMode {
  /// Of matrices that are not quantised.
  var operand: tc_operand { self == .bfloat16 ? TC_OPERAND_BFLOAT16 : TC_OPERAND_FLOAT32 }
  /// Of those that are.
  var blockOperand: tc_operand {
    switch self {
    case .int16: TC_OPERAND_INT16
    case .int8: TC_OPERAND_INT8
    case .float32, .bfloat16: operand
    }
  }
}

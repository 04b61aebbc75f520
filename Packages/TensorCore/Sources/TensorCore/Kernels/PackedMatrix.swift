internal import CKernels

/// A frozen weight, laid out once for the kernels that will read it.
///
/// Panels of 64 outputs, the inner dimension outermost within a panel; bfloat16 in pairs. All instruction
/// sets read the same layout. Memory: 4 or 2 bytes an element, outputs rounded up to 64 (and, in bfloat16,
/// inner up to 2).
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
  private let panels: Panels

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
    let panels = isKnownUniquelyReferenced(&old) ? old?.panels : nil
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

  private init(
    _ sources: [Source], _ orientation: Orientation, _ mode: ComputeMode, isGated: Bool,
    panels makePanels: (Int) -> Panels = { Panels(byteCount: $0) }
  ) {
    guard let inner = sources.first?.inner, sources.allSatisfy({ $0.inner == inner }) else {
      preconditionFailure("weights side by side need one inner dimension, got \(sources.map(\.inner))")
    }
    let columns = sources.reduce(0) { $0 + $1.outputs }
    var packed = tc_packed()
    packed.inner = inner
    packed.outputs = columns
    packed.operand = mode.operand
    packed.gated = isGated
    self.inner = inner
    self.outputs = isGated ? columns / 2 : columns
    self.mode = mode
    self.isGated = isGated
    byteCount = tc_packed_bytes(&packed)
    panels = makePanels(byteCount)
    let ok = Source.withSources(sources) { sources in
      tc_pack(&packed, panels.address, sources.baseAddress, sources.count, orientation == .outputsByInner)
    }
    precondition(ok, "no memory for a row of a weight of \(inner) by \(columns)")
    for source in sources { source.releasePages() }
  }

  /// Runs `body` on the kernels' description of this weight; its pointers are valid within.
  func withPacked<R>(_ body: (UnsafePointer<tc_packed>) -> R) -> R {
    withExtendedLifetime(self) {
      var packed = tc_packed()
      packed.panels = UnsafeRawPointer(panels.address)
      packed.outputs = isGated ? outputs * 2 : outputs
      packed.inner = inner
      packed.operand = mode.operand
      packed.gated = isGated
      return withUnsafePointer(to: packed, body)
    }
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
  var operand: tc_operand { self == .float32 ? TC_OPERAND_FLOAT32 : TC_OPERAND_BFLOAT16 }
}

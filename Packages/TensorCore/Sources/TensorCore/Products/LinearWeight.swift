import Synchronization

/// The weight of a linear map: parameters side by side along their outputs, as one product reads them.
///
/// It holds its parameters, packs them for the first product, and packs them anew when one of them has changed. A
/// frozen weight is packed once and lets its parameters go, so that a model that only scores holds its numbers once.
/// Safe from any thread.
public final class LinearWeight: Sendable {
  /// One of the parameters side by side, with its bias.
  public struct Part: Sendable {
    public let weight: Parameter
    public let bias: Parameter?
    /// Its outputs in the order in which products give them, as ranges that cover all of them; nil as they lie.
    public let order: [Range<Int>]?

    /// - Parameter order: Only of weights `[outputs, inner]`.
    public init(_ weight: Parameter, bias: Parameter? = nil, order: [Range<Int>]? = nil) {
      self.weight = weight
      self.bias = bias
      self.order = order
    }
  }

  public let orientation: PackedMatrix.Orientation
  /// Length of an operand row.
  public let inner: Int
  /// How many outputs each part has.
  public let outputs: [Int]
  /// The parameters; none of a frozen weight.
  public let parts: [Part]
  /// Whether the parts are a gate and what it lets through, for ``Tensor/gated(by:mode:activation:)``.
  public let isGated: Bool
  /// Whether a gate and what it lets through are packed for one product, ``joined(mode:)``: without biases, and not
  /// quantised in two formats.
  let joins: Bool
  private let frozen: Packed?
  private let state = Mutex(State())

  /// The bias of all parts behind each other, and the packed forms made so far.
  private struct Packed {
    var bias: Tensor?
    var matrices: [Form: PackedMatrix] = [:]
  }

  private struct Form: Hashable {
    let mode: ComputeMode
    /// Whether gate and up are joined in one product.
    let isJoined: Bool
  }

  private struct State {
    var versions: [Int] = []
    var packed = Packed()
    /// Matrices of an earlier version, whose memory the next ones take.
    var outdated: [Form: PackedMatrix] = [:]
  }

  /// Holds `parts` and packs them on demand.
  ///
  /// - Parameter isGated: Whether two parts are a gate and what it lets through.
  /// - Precondition: Weights of two axes that agree in their inner one; biases as long as the outputs, of all parts or
  ///   of none.
  public convenience init(
    _ parts: [Part], orientation: PackedMatrix.Orientation, isGated: Bool = false
  ) {
    self.init(parts, orientation, isGated, frozenFor: nil)
  }

  /// Packs `parts` for `mode` now, and does not hold them.
  ///
  /// - Precondition: As ``init(_:orientation:isGated:)``.
  public convenience init(
    freezing parts: [Part], orientation: PackedMatrix.Orientation, isGated: Bool = false, mode: ComputeMode
  ) {
    self.init(parts, orientation, isGated, frozenFor: mode)
  }

  private init(
    _ parts: [Part], _ orientation: PackedMatrix.Orientation, _ isGated: Bool, frozenFor mode: ComputeMode?
  ) {
    let shapes = parts.map(\.weight.shape)
    let isOutputsFirst = orientation == .outputsByInner
    precondition(
      !parts.isEmpty && shapes.allSatisfy { $0.count == 2 } && (!isGated || parts.count == 2),
      "a linear weight of shapes \(shapes)")
    outputs = shapes.map { isOutputsFirst ? $0[0] : $0[1] }
    inner = isOutputsFirst ? shapes[0][1] : shapes[0][0]
    let biases = parts.compactMap { $0.bias?.tensor.shape }
    precondition(
      biases.isEmpty || biases == outputs.map { [$0] }, "biases \(biases) of \(outputs) outputs")
    precondition(
      parts.allSatisfy { $0.order == nil || isOutputsFirst }, "only weights [outputs, inner] are reordered")
    self.orientation = orientation
    self.isGated = isGated
    self.parts = mode == nil ? parts : []
    let joins = isGated && biases.isEmpty && Self.haveOneFormat(parts)
    self.joins = joins
    frozen = mode.map { mode in
      let form = Form(mode: mode, isJoined: joins)
      return Packed(
        bias: Self.bias(of: parts), matrices: [form: Self.matrix(of: parts, orientation, form)])
    }
  }

  /// Whether the parameters were let go: products work in one mode, and recorded rows are refused.
  public var isFrozen: Bool { frozen != nil }

  /// Whether there is a bias to add.
  public var hasBias: Bool { frozen.map { $0.bias != nil } ?? (parts[0].bias != nil) }

  /// The newest version, packed. Threads that need it at the same time wait for one packing.
  ///
  /// - Precondition: A frozen weight was packed for `mode`.
  public func packed(mode: ComputeMode) -> PackedMatrix { packed(Form(mode: mode, isJoined: false)) }

  /// A gate and what it lets through, packed for ``PackedMatrix/gated(_:activation:adding:)``.
  ///
  /// - Precondition: As above; this weight ``joins``.
  func joined(mode: ComputeMode) -> PackedMatrix { packed(Form(mode: mode, isJoined: true)) }

  /// The biases of all parts behind each other, as products add them.
  public var bias: Tensor? {
    if let frozen { return frozen.bias }
    guard hasBias else { return nil }
    return state.withLock { state in
      renew(&state)
      if state.packed.bias == nil { state.packed.bias = Self.bias(of: parts) }
      return state.packed.bias
    }
  }

  private func packed(_ form: Form) -> PackedMatrix {
    if let frozen {
      guard let matrix = frozen.matrices[form] else {
        preconditionFailure("a weight frozen for \(frozen.matrices.keys), asked for \(form)")
      }
      return matrix
    }
    return state.withLock { state in
      renew(&state)
      if let matrix = state.packed.matrices[form] { return matrix }
      let matrix = Self.matrix(
        of: parts, orientation, form, inPlaceOf: state.outdated.removeValue(forKey: form))
      state.packed.matrices[form] = matrix
      return matrix
    }
  }

  /// Lets packed forms go that are older than a parameter.
  private func renew(_ state: inout State) {
    let versions = parts.flatMap { [$0.weight.version, $0.bias?.version ?? 0] }
    guard versions != state.versions else { return }
    let outdated = state.outdated.merging(state.packed.matrices) { $1 }
    state = State(versions: versions, outdated: outdated)
  }
}

extension LinearWeight {
  private static func matrix(
    of parts: [Part], _ orientation: PackedMatrix.Orientation, _ form: Form,
    inPlaceOf old: consuming PackedMatrix? = nil
  ) -> PackedMatrix {
    guard orientation == .outputsByInner, parts.contains(where: { $0.weight.blocks != nil }) else {
      return PackedMatrix(
        parts.map { $0.ordered($0.weight.tensor) }, isGated: form.isJoined, orientation: orientation,
        mode: form.mode, inPlaceOf: old)
    }
    let weights = parts.map { part in
      part.orderedBlocks.map(PackedMatrix.Weight.blocks) ?? .tensor(part.ordered(part.weight.tensor))
    }
    return PackedMatrix(weights, isGated: form.isJoined, mode: form.mode)
  }

  /// Whether all parts are quantised in one format, or none is.
  private static func haveOneFormat(_ parts: [Part]) -> Bool {
    parts.allSatisfy { $0.weight.blocks?.format == parts[0].weight.blocks?.format }
  }

  private static func bias(of parts: [Part]) -> Tensor? {
    let biases = parts.compactMap { part in part.bias.map { part.ordered($0.tensor) } }
    if biases.count <= 1 { return biases.first?.converted(to: .float32) }
    return Tensor(biases.flatMap(\.floats), shape: [biases.reduce(0) { $0 + $1.count }])
  }
}

extension LinearWeight.Part {
  /// The blocks of a quantised weight, its outputs in the order of products.
  fileprivate var orderedBlocks: BlockMatrix? {
    guard let blocks = weight.blocks, let order else { return weight.blocks }
    return blocks.gathering(rows: order, columns: 0..<blocks.shape[1])
  }

  /// A weight or a bias of this part, its outputs in the order of products.
  fileprivate func ordered(_ tensor: Tensor) -> Tensor {
    guard let order else { return tensor }
    let stride = tensor.shape.dropFirst().reduce(1, *)
    return tensor.gathering(
      runs: order.map { $0.lowerBound * stride..<$0.upperBound * stride }, shape: tensor.shape)
  }
}

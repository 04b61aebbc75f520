import Synchronization

/// A weight of a model: the master tensor, and the packed forms that products read.
///
/// A packed form is made when it is first asked for, kept, and made anew after an update. Safe from any
/// thread.
public final class Parameter: Sendable {
  private struct Form: Hashable {
    let orientation: PackedMatrix.Orientation
    let mode: ComputeMode
  }

  private struct State {
    var tensor: Tensor
    var version = 0
    var packed: [Form: PackedMatrix] = [:]
    /// Forms of an earlier version, whose memory the next ones take.
    var outdated: [Form: PackedMatrix] = [:]

    mutating func markUpdated() {
      version += 1
      outdated.merge(packed) { $1 }
      packed = [:]
    }
  }

  private let state: Mutex<State>

  /// Takes `tensor` as version 0.
  public init(_ tensor: Tensor) { state = Mutex(State(tensor: tensor)) }

  /// The master tensor, of the newest version.
  public var tensor: Tensor { state.withLock { $0.tensor } }

  /// How many updates there were.
  public var version: Int { state.withLock { $0.version } }

  /// Changes the master tensor in place, where nothing else holds it.
  ///
  /// - Precondition: The shape stays.
  public func update(_ change: (inout Tensor) -> Void) {
    state.withLock { state in
      let shape = state.tensor.shape
      change(&state.tensor)
      precondition(state.tensor.shape == shape, "update of a parameter \(shape) to \(state.tensor.shape)")
      state.markUpdated()
    }
  }

  /// Replaces the master tensor. Packed forms handed out before stay what they were.
  ///
  /// - Precondition: The shape stays.
  public func update(_ tensor: Tensor) {
    state.withLock { state in
      precondition(
        tensor.shape == state.tensor.shape, "update of a parameter \(state.tensor.shape) with \(tensor.shape)"
      )
      state.tensor = tensor
      state.markUpdated()
    }
  }

  /// The newest version, packed. Threads that ask at the same time wait for one packing.
  public func packed(_ orientation: PackedMatrix.Orientation, mode: ComputeMode) -> PackedMatrix {
    state.withLock { state in
      let form = Form(orientation: orientation, mode: mode)
      if let packed = state.packed[form] { return packed }
      let packed = PackedMatrix(
        state.tensor, orientation: orientation, mode: mode,
        inPlaceOf: state.outdated.removeValue(forKey: form))
      state.packed[form] = packed
      return packed
    }
  }
}

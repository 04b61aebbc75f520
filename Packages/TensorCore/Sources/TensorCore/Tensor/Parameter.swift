import Synchronization

/// A tensor of a model that training changes: the master, and how often it was changed.
///
/// What is made of it for reading, such as the packed forms of a ``LinearWeight``, is made anew when ``version`` has
/// risen. Safe from any thread.
public final class Parameter: Sendable {
  private struct State {
    var tensor: Tensor
    var version = 0
  }

  private let state: Mutex<State>
  /// The blocks of a quantised matrix, which training does not change; nil of all others.
  public let blocks: BlockMatrix?

  /// Takes `tensor` as version 0.
  public init(_ tensor: Tensor) {
    state = Mutex(State(tensor: tensor))
    blocks = nil
  }

  /// Takes a quantised matrix, which is decoded where it is asked for as a tensor.
  public init(_ blocks: BlockMatrix) {
    state = Mutex(State(tensor: Tensor(zeros: [0])))
    self.blocks = blocks
  }

  /// Its lengths, without decoding.
  public var shape: [Int] { blocks?.shape ?? tensor.shape }

  /// How many numbers it has.
  public var count: Int { shape.reduce(1, *) }

  /// The master tensor, of the newest version.
  public var tensor: Tensor { blocks?.tensor ?? state.withLock { $0.tensor } }

  /// How many updates there were.
  public var version: Int { state.withLock { $0.version } }

  /// Changes the master tensor in place, where nothing else holds it.
  ///
  /// - Precondition: The shape stays, and this is no quantised matrix.
  public func update(_ change: (inout Tensor) -> Void) {
    precondition(blocks == nil, "a quantised matrix is not trained")
    state.withLock { state in
      let shape = state.tensor.shape
      change(&state.tensor)
      precondition(state.tensor.shape == shape, "update of a parameter \(shape) to \(state.tensor.shape)")
      state.version += 1
    }
  }

  /// Replaces the master tensor.
  ///
  /// - Precondition: The shape stays, and this is no quantised matrix.
  public func update(_ tensor: Tensor) {
    precondition(blocks == nil, "a quantised matrix is not trained")
    state.withLock { state in
      precondition(
        tensor.shape == state.tensor.shape, "update of a parameter \(state.tensor.shape) with \(tensor.shape)"
      )
      state.tensor = tensor
      state.version += 1
    }
  }
}

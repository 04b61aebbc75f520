import Synchronization

/// What was computed from recorded rows, step by step, so that it can be gone back over.
///
/// Rows are recorded where they begin, at an embedding (``Parameter/rows(_:tape:)``); every operation that is given
/// recorded rows records itself, and operations on other rows do not use the tape. A step keeps what its
/// derivative needs, and is forgotten when ``CrossEntropy/backpropagate(scale:into:)`` has gone over it.
///
/// A tensor that is only read loses nothing. An operation that has no derivative here stops the program when it is
/// given a recorded tensor, so that no gradient is lost silently.
public final class Tape: Sendable {
  /// Takes the gradient of a step's result to its operands and parameters.
  typealias Backward = @Sendable (_ gradient: Tensor, _ adjoints: inout Adjoints) -> Void

  private let steps = Mutex<[Backward]>([])

  public init() {}

  func record(_ backward: @escaping Backward) -> TapeNode {
    steps.withLock { steps in
      steps.append(backward)
      return TapeNode(tape: self, index: steps.count - 1)
    }
  }

  /// Goes back over all steps from a result on, and forgets them.
  func run(from result: TapeNode, seed: Tensor, into gradients: inout Gradients) {
    var steps = self.steps.withLock { kept in
      let steps = kept
      kept = []
      return steps
    }
    precondition(result.index < steps.count, "a tape is gone back over once")
    var adjoints = Adjoints(count: steps.count, gradients: gradients)
    gradients = Gradients()  // held once, so that sums are made in place
    adjoints.add(seed, to: result)
    while let backward = steps.popLast() {
      if let gradient = adjoints.take(steps.count) { backward(gradient, &adjoints) }
    }
    gradients = adjoints.gradients
  }
}

/// Which step of which tape a tensor is the result of.
struct TapeNode: Sendable {
  let tape: Tape
  let index: Int
}

/// Gradients on their way back: of the results of steps, and of parameters.
struct Adjoints {
  private var results: [Tensor?]
  var gradients: Gradients

  init(count: Int, gradients: Gradients) {
    results = Array(repeating: nil, count: count)
    self.gradients = gradients
  }

  /// Adds to the gradient of what a step computed; nothing to add to where it was not recorded.
  mutating func add(_ gradient: Tensor, to node: TapeNode?) {
    guard let node else { return }
    if results[node.index] == nil {
      results[node.index] = gradient
    } else {
      results[node.index]!.add(gradient)
    }
  }

  fileprivate mutating func take(_ index: Int) -> Tensor? { results.removeLast(from: index) }
}

extension [Tensor?] {
  /// The element at `index`, which is the last that is still of use.
  fileprivate mutating func removeLast(from index: Int) -> Tensor? {
    removeSubrange((index + 1)...)
    return removeLast()
  }
}

extension Tensor {
  /// This result as a step of the tape that the operands are on, if any is.
  ///
  /// The closure must hold operands ``unrecorded``, else a tape that is never gone back over would hold itself.
  func recorded(
    from operands: TapeNode?..., backward: @autoclosure () -> Tape.Backward
  ) -> Tensor {
    guard let tape = operands.lazy.compactMap({ $0?.tape }).first else { return self }
    var result = self
    result.node = tape.record(backward())
    return result
  }

  /// The same elements, known to no tape.
  var unrecorded: Tensor {
    var tensor = self
    tensor.node = nil
    return tensor
  }

  /// Stops the program where an operation without a derivative is given a recorded tensor.
  func requireUnrecorded(_ operation: StaticString = #function) {
    precondition(node == nil, "\(operation) has no derivative, and was given a recorded tensor")
  }
}

import Synchronization
public import TensorCore

/// Collects named tensors of a pass, for ``Module/plot(_:)`` and for tests that look inside a model.
///
/// A pass without a sink records nothing and pays nothing.
public final class Intermediates: Sendable {
  private let recorded = Mutex<[(name: String, value: Tensor)]>([])

  public init() {}

  /// What was recorded so far, in the order of recording.
  public var entries: [(name: String, value: Tensor)] { recorded.withLock { $0 } }

  /// The last tensor recorded under `name`.
  public subscript(name: String) -> Tensor? {
    recorded.withLock { entries in entries.last { $0.name == name }?.value }
  }

  func record(_ value: Tensor, as name: String) {
    recorded.withLock { $0.append((name, value)) }
  }
}

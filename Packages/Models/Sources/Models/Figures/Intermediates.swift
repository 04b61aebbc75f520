import Synchronization
public import TensorCore

/// Collects named tensors of a pass, for ``Module/plot(_:)`` and for tests that look inside a model.
///
/// A pass without a sink records nothing and pays nothing. What is recorded:
///
/// | name | |
/// |---|---|
/// | `embedding` | rows `[tokens, width]` before the first block |
/// | `blocks_N` | rows `[tokens, width]` after block N |
/// | `blocks_N/attention/head_H` | weights `[positions, positions]` of the pass's first sequence, where they are asked for |
/// | `loss` | nats `[tokens]` of each target, NaN where there is none |
public final class Intermediates: Sendable {
  /// Which attention weights are computed again, to be recorded.
  public struct AttentionChoice: Sendable, Equatable {
    /// The most layers and the most heads of each, evenly spread from first to last.
    public var layers: Int
    public var heads: Int
    /// How many positions, from the first.
    public var positions: Int

    public static let none = AttentionChoice(layers: 0, heads: 0, positions: 0)

    public init(layers: Int, heads: Int, positions: Int) {
      self.layers = layers
      self.heads = heads
      self.positions = positions
    }

    func includes(layer: Int, of count: Int) -> Bool { Self.spread(layers, of: count).contains(layer) }
    func heads(of count: Int) -> [Int] { Self.spread(heads, of: count) }

    /// So many of `count` indices, the first and the last among them.
    private static func spread(_ wanted: Int, of count: Int) -> [Int] {
      let wanted = min(wanted, count)
      guard wanted > 1 else { return wanted == 1 ? [count - 1] : [] }
      return (0..<wanted).map { ($0 * (count - 1) + (wanted - 1) / 2) / (wanted - 1) }
    }
  }

  public let attention: AttentionChoice
  private let recorded = Mutex<[(name: String, value: Tensor)]>([])

  public init(attention: AttentionChoice = .none) { self.attention = attention }

  /// What was recorded so far, in the order of recording.
  public var entries: [(name: String, value: Tensor)] { recorded.withLock { $0 } }

  /// The last tensor recorded under `name`.
  public subscript(name: String) -> Tensor? {
    recorded.withLock { entries in entries.last { $0.name == name }?.value }
  }

  /// Notes a tensor under a name; see the table above for the names that are drawn.
  public func record(_ value: Tensor, as name: String) {
    recorded.withLock { $0.append((name, value)) }
  }
}

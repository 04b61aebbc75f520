import Synchronization

/// The soft cap and the bias of attention scores, between their scale and their softmax.
///
/// - Source: for the name, Dong et al. 2024, *Flex Attention*, §3.1.
public struct ScoreModification: Sendable {
  /// Scores become softcap · tanh(score / softcap); nil as they are.
  public var softcap: Float?
  /// Then ``PositionBias/value(head:position:)`` of the position seen is added, less that of the row's own.
  public var bias: PositionBias?

  public init(softcap: Float? = nil, bias: PositionBias? = nil) {
    self.softcap = softcap
    self.bias = bias
  }

  /// Scores stay as they are.
  public static var none: ScoreModification { ScoreModification() }
  /// Whether they do.
  public var isNone: Bool { softcap == nil && bias == nil }
}

/// What attention adds to the scores of each head by position: ALiBi.
///
/// Rows are made as positions are first used; copies share them.
///
/// - Source: Press, Smith and Lewis 2022, *Train Short, Test Long*, §3.
public struct PositionBias: Sendable {
  /// How many query heads there are.
  public var heads: Int { range.count }
  /// Which of the heads that rows are made for.
  private(set) var range: Range<Int>
  private let slopes: [Float]
  private let made = Rows()

  /// Biases that rise with the position, by `slopes` a position, one a head; only differences between positions matter.
  public init(slopes: [Float]) {
    range = slopes.indices
    self.slopes = slopes
  }

  /// The bias of a head at a position.
  public func value(head: Int, position: Int) -> Float { slopes[range.lowerBound + head] * Float(position) }

  /// Those of neighbouring heads, as a rank of several holds them.
  public func heads(_ range: Range<Int>) -> PositionBias {
    precondition(range.lowerBound >= 0 && range.upperBound <= heads, "heads \(range) of \(heads)")
    var some = self
    some.range = self.range.lowerBound + range.lowerBound..<self.range.lowerBound + range.upperBound
    return some
  }

  /// `[heads, positions]` of all heads, at least the positions below `count`, a multiple of 64.
  func rows(below count: Int) -> Tensor {
    made.tensor.withLock { tensor in
      if let tensor, tensor.shape[1] >= count { return tensor }
      var length = max(256, tensor?.shape[1] ?? 0)
      while length < count { length *= 2 }
      let rows = Tensor(shape: [slopes.count, length]) { elements in
        for (head, slope) in slopes.enumerated() {
          for position in 0..<length { elements[head * length + position] = slope * Float(position) }
        }
      }
      tensor = rows
      return rows
    }
  }

  private final class Rows: Sendable {
    let tensor = Mutex<Tensor?>(nil)
  }
}

import Foundation
import Synchronization

/// Cosines and sines of rotary positions, float32 from float64 angles.
///
/// Pair j of a head rotates by position · frequency[j], the frequencies those of ``Scaling`` applied to base^(−2j/width).
/// Rows are made as positions are first used, up to ``maximumPosition``; copies share them.
///
/// - Source: Su et al. 2021, *RoFormer*, §3.4.2; the kinds of scaling as `transformers` computes them.
public struct RotaryTable: Sendable {
  /// Which elements of a head rotate together.
  public enum Layout: String, Sendable, Codable, CaseIterable {
    /// i and i + width / 2 (GPT-NeoX, Llama of Hugging Face).
    case halfSplit
    /// 2i and 2i + 1 (GPT-J, Llama of Meta and GGUF).
    case interleaved
  }

  /// Elements of a head that rotate; the rest of a wider head stays.
  public let width: Int
  /// Positions are below it.
  public let maximumPosition: Int
  public let layout: Layout
  /// Radians a position, one a pair.
  public let frequencies: [Double]
  /// A factor on cosines and sines: 1 but for YaRN.
  public let amplitude: Double
  private let rows = Rows()
  private let backwardRows = Rows()

  /// - Parameters:
  ///   - base: The wavelength of the slowest pair is about 2π · base positions.
  ///   - width: Elements of a head that rotate, even.
  ///   - maximumPosition: Positions used are below it. It is also the length that ``Scaling/dynamic(factor:originalMaximumPosition:)``
  ///     scales for, once for all, so that a row's bits do not depend on how long other sequences are.
  public init(
    base: Double, width: Int, maximumPosition: Int, layout: Layout = .halfSplit, scaling: Scaling = .none
  ) {
    precondition(width > 0 && width % 2 == 0, "rotary width \(width) is not even and positive")
    precondition(base > 0 && maximumPosition > 0, "rotary base \(base), maximum position \(maximumPosition)")
    self.width = width
    self.maximumPosition = maximumPosition
    self.layout = layout
    (frequencies, amplitude) = scaling.frequencies(base: base, width: width, maximumPosition: maximumPosition)
  }

  /// One row `[cosines, sines]` a position, for at least the positions below `count`.
  ///
  /// - Parameter backwards: Whether sines are negated, to rotate gradients back.
  func angles(below count: Int, backwards: Bool = false) -> Tensor {
    let rows = backwards ? self.backwardRows : self.rows
    precondition(count <= maximumPosition, "position \(count - 1) of a rotary table for \(maximumPosition)")
    return rows.tensor.withLock { tensor in
      if let made = tensor, made.shape[0] >= count { return made }
      var length = max(256, tensor?.shape[0] ?? 0)
      while length < count { length *= 2 }
      let made = angles(rows: min(length, maximumPosition), sign: backwards ? -1 : 1)
      tensor = made
      return made
    }
  }

  private func angles(rows: Int, sign: Double) -> Tensor {
    let pairs = width / 2
    return Tensor(shape: [rows, width]) { elements in
      for position in 0..<rows {
        for (pair, frequency) in frequencies.enumerated() {
          let angle = Double(position) * frequency
          elements[position * width + pair] = Float(cos(angle) * amplitude)
          elements[position * width + pairs + pair] = Float(sign * sin(angle) * amplitude)
        }
      }
    }
  }

  private final class Rows: Sendable {
    let tensor = Mutex<Tensor?>(nil)
  }
}

import Foundation
import TensorCore

/// Positions that are added to the embedding of tokens, and computed: sines of falling frequencies, then their cosines.
///
/// Of width w, place p has sin(p fᵢ) and cos(p fᵢ) with fᵢ = 10000^(−i / (w / 2 − 1)).
///
/// - Source: Vaswani et al. 2017, *Attention Is All You Need*, §3.5, in the order of tensor2tensor's code.
public struct SinusoidalPositions: Sendable, Equatable {
  /// The place of position 0.
  public var first: Int
  /// A place without any sine, such as that of padding; `nil` for none.
  public var blank: Int?

  public init(first: Int = 0, blank: Int? = nil) {
    self.first = first
    self.blank = blank
  }

  /// - Shape: `[positions, width]`.
  /// - Precondition: Width is at least 4.
  func rows(_ positions: [Int32], width: Int) -> Tensor {
    let half = width / 2
    // As the reference, whose exponents, frequencies and angles are float32.
    let step = Float(log(10_000) / Double(half - 1))
    let frequencies = (0..<half).map { exp(Float($0) * -step) }
    var elements = [Float](repeating: 0, count: positions.count * width)
    for (row, position) in positions.enumerated() where Int(position) + first != blank {
      for (index, frequency) in frequencies.enumerated() {
        let angle = Float(Int(position) + first) * frequency
        elements[row * width + index] = Float(sin(Double(angle)))
        elements[row * width + half + index] = Float(cos(Double(angle)))
      }
    }
    return Tensor(elements, shape: [positions.count, width])
  }
}

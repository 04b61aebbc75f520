import Foundation

extension RotaryTable {
  /// How a model that was trained on short texts rotates at later positions.
  public enum Scaling: Sendable, Equatable {
    case none
    /// All frequencies divided by `factor`. Source: Chen et al. 2023, *Position Interpolation*, eq. 4.
    case linear(factor: Double)
    /// A larger base where the length exceeds the original one ("NTK-aware", as `transformers` computes it).
    case dynamic(factor: Double, originalMaximumPosition: Int)
    /// Interpolates slow pairs, keeps fast ones. Source: Peng et al. 2023, *YaRN*, §3.2 to 3.4.
    case yarn(YaRN)
    /// Divides slow frequencies by a factor, keeps fast ones, blends between. Source: Llama 3.1's reference code.
    case llama3(
      factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double, originalMaximumPosition: Int)
    /// Each frequency divided by a number of its own, one a pair: the tensor `rope_freqs` of GGUF files.
    ///
    /// - Parameter amplitude: A factor on cosines and sines.
    case divided(by: [Double], amplitude: Double = 1)
  }

  /// The parameters of YaRN, named as in `rope_scaling` of a `config.json`.
  public struct YaRN: Sendable, Equatable {
    public var factor: Double
    public var originalMaximumPosition: Int
    public var betaFast = 32.0
    public var betaSlow = 1.0
    /// The factor on cosines and sines; nil: 0.1 ln(factor) + 1, or the ratio of both `mscale`.
    public var attentionFactor: Double?
    public var mscale: Double?
    public var mscaleAllDimensions: Double?
    /// Whether the bounds of the ramp are rounded outwards to whole pairs.
    public var truncate = true

    public init(factor: Double, originalMaximumPosition: Int) {
      self.factor = factor
      self.originalMaximumPosition = originalMaximumPosition
    }
  }
}

extension RotaryTable.Scaling {
  /// The frequency of each pair, and the factor on cosines and sines.
  func frequencies(base: Double, width: Int, maximumPosition: Int) -> ([Double], Double) {
    let plain = Self.plain(base: base, width: width)
    switch self {
    case .none:
      return (plain, 1)
    case .linear(let factor):
      return (plain.map { $0 / factor }, 1)
    case .dynamic(let factor, let original):
      guard width > 2 else { return (plain, 1) }  // one pair: its frequency is 1 for any base
      let length = Double(max(maximumPosition, original)) / Double(original)
      let stretched = base * pow(factor * length - (factor - 1), Double(width) / Double(width - 2))
      return (Self.plain(base: stretched, width: width), 1)
    case .yarn(let yarn):
      return (yarn.frequencies(plain, base: base, width: width), yarn.amplitude)
    case .llama3(let factor, let low, let high, let original):
      return (
        plain.map { frequency in
          let rotations = Double(original) * frequency / (2 * .pi)  // within the original length
          if rotations < low { return frequency / factor }
          if rotations > high { return frequency }
          let blend = (rotations - low) / (high - low)
          return (1 - blend) * frequency / factor + blend * frequency
        }, 1
      )
    case .divided(let divisors, let amplitude):
      precondition(divisors.count == plain.count, "\(divisors.count) divisors of \(plain.count) frequencies")
      return (zip(plain, divisors).map(/), amplitude)
    }
  }

  private static func plain(base: Double, width: Int) -> [Double] {
    (0..<width / 2).map { pow(base, -2 * Double($0) / Double(width)) }
  }
}

extension RotaryTable.YaRN {
  fileprivate func frequencies(_ plain: [Double], base: Double, width: Int) -> [Double] {
    /// The pair, fractional, that rotates `rotations` times within the original length.
    func pair(rotations: Double) -> Double {
      Double(width) * log(Double(originalMaximumPosition) / (rotations * 2 * .pi)) / (2 * log(base))
    }
    var low = pair(rotations: betaFast)
    var high = pair(rotations: betaSlow)
    if truncate { (low, high) = (low.rounded(.down), high.rounded(.up)) }
    (low, high) = (max(low, 0), min(high, Double(width - 1)))
    if low == high { high += 0.001 }
    return plain.enumerated().map { index, frequency in
      let ramp = min(max((Double(index) - low) / (high - low), 0), 1)
      return frequency / factor * ramp + frequency * (1 - ramp)
    }
  }

  fileprivate var amplitude: Double {
    if let attentionFactor { return attentionFactor }
    func scale(_ weight: Double) -> Double { factor <= 1 ? 1 : 0.1 * weight * log(factor) + 1 }
    if let mscale, let mscaleAllDimensions, mscale != 0, mscaleAllDimensions != 0 {
      return scale(mscale) / scale(mscaleAllDimensions)
    }
    return scale(1)
  }
}

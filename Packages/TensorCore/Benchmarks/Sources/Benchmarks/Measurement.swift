/// Seconds that the fastest of several runs took: the one that was disturbed least.
func fastest(within seconds: Double = 0.3, _ body: () -> Void) -> Double {
  let clock = ContinuousClock()
  var best = Double.infinity
  var total = 0.0
  var runs = 0
  while total < seconds || runs < 3 {
    let time = clock.measure(body) / .seconds(1)
    best = min(best, time)
    total += time
    runs += 1
  }
  return best
}

/// 0.957 -> "96 %".
func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

/// Numbers for operands; equal on every run.
func numbers(_ shape: [Int]) -> [Float] {
  var state: UInt64 = 0x9E37_79B9_7F4A_7C15
  return (0..<shape.reduce(1, *)).map { _ in
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Float(Int32(truncatingIfNeeded: state >> 32)) / 0x1p31
  }
}

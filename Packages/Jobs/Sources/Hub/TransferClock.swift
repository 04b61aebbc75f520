/// Decides when a server is too slow: silent for too long, or below a minimum rate over a window of time.
struct TransferClock {
  private let limits: HubSettings.Pace
  private var lastByte: ContinuousClock.Instant
  private var windowStart: ContinuousClock.Instant
  private var windowBytes = 0

  init(_ limits: HubSettings.Pace, now: ContinuousClock.Instant = .now) {
    self.limits = limits
    lastByte = now
    windowStart = now
  }

  /// Counts bytes of a head or body.
  mutating func count(_ bytes: Int, now: ContinuousClock.Instant = .now) {
    lastByte = now
    windowBytes += bytes
  }

  /// Why to give up, or `nil` to go on.
  mutating func verdict(now: ContinuousClock.Instant = .now) -> HubError.Break? {
    if now - lastByte > .seconds(limits.silence) { return .timeout }
    guard now - windowStart > .seconds(limits.window) else { return nil }
    if Double(windowBytes) < limits.bytesPerSecond * limits.window {
      return .tooSlow(bytesPerSecond: limits.bytesPerSecond)
    }
    windowStart = now
    windowBytes = 0
    return nil
  }
}

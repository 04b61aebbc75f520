import ArgumentParser
import Jobs

/// What a million tokens cost, in whatever currency: those that a server reads, and those that it writes.
struct Prices: Sendable {
  let read: Double
  let written: Double

  /// - Throws: `ValidationError` for a text that is not two prices.
  init(_ text: String) throws {
    let prices = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
    guard prices.count == 2, prices.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw ValidationError(
        "--prices must be two prices of a million tokens, such as 0.15,0.6, found '\(text)'")
    }
    (read, written) = (prices[0], prices[1])
  }

  func cost(_ traffic: CostEstimate.Traffic) -> Double {
    (Double(traffic.tokensRead) * read + Double(traffic.tokensWritten) * written) / 1e6
  }
}

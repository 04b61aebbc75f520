import Evaluations
import Testing

@testable import Comparing

@Suite("Betting")
struct BettingTestTests {
  private func verdict(_ differences: [Double], drop: Double = 0.05) -> BettingTest {
    var test = BettingTest(GateRule(drop: drop))
    for difference in differences { test.observe(difference) }
    return test
  }

  @Test("Models that do not differ pass long before the documents end")
  func same() {
    let test = verdict(Array(repeating: 0, count: 1000))
    #expect(test.verdict == .passes)
    #expect(test.documents < 100)
  }

  @Test("A candidate that loses every third document fails, and the test reads no further")
  func worse() {
    let test = verdict((0..<300).map { $0 % 3 == 0 ? -1 : 0 })
    #expect(test.verdict == .fails)
    #expect(test.documents < 60)
    #expect(test.test.worse <= 0.05)
  }

  @Test("Without documents nothing is decided, and few documents do not decide")
  func few() {
    #expect(verdict([]).verdict == .inconclusive)
    #expect(verdict([]).test == PairedTest(worse: 1, notWorse: 1))
    #expect(verdict([-1, 0, 1]).verdict == .inconclusive)
  }

  @Test("Losing all or winning all gives finite numbers, also with the boldest bets")
  func extremes() {
    for drop in [0.001, 0.5, 0.999] {
      for difference in [-1.0, 1] {
        let test = verdict(Array(repeating: difference, count: 50), drop: drop)
        #expect(test.test.worse.isFinite && test.test.notWorse.isFinite)
        // A stake that is the best for a small drop is small, and one of the boldest can be lost whole.
        #expect(test.verdict == (difference < 0 ? .fails : .passes) || drop != 0.5)
      }
    }
  }

  @Test("Several tasks share the rate of false alarms")
  func tasks() {
    #expect(BettingTest(GateRule(), tasks: 10).alpha == 0.005)
  }

  @Test("A seed names a permutation, which is the same among fewer documents")
  func order() {
    let all = SeededOrder(3).places(Array(0..<200)).map { $0 }
    #expect(all.sorted() == Array(0..<200) && all != Array(0..<200))
    #expect(all == SeededOrder(3).places(Array(0..<200)))
    #expect(all != SeededOrder(4).places(Array(0..<200)))
    #expect(all.filter { $0 < 50 } == SeededOrder(3).places(Array(0..<50)))
  }
}

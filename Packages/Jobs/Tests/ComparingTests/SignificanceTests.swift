import Foundation
import Testing

@testable import Comparing

@Suite("Significance")
struct SignificanceTests {
  /// Expected by SciPy 1.17.1, `scipy.stats.binomtest(min(a, b), a + b).pvalue`.
  @Test(
    "McNemar's exact test gives the p-values of the binomial distribution",
    arguments: [
      (0, 0, 1), (1, 5, 0.21875), (10, 3, 0.09228515625), (250, 200, 0.02079180024760781),
      (0, 12, 0.00048828125), (2000, 2200, 0.0021323556719912455),
    ])
  func mcNemar(first: Int, second: Int, expected: Double) {
    #expect(abs(McNemar.pValue(first, second) / expected - 1) < 1e-9)
  }

  @Test("Holm's correction rises with the rank, never beyond one, and skips what has no p-value")
  func holm() {
    #expect(Holm.corrected([0.01, nil, 0.04, 0.03]) == [0.03, nil, 0.06, 0.06])
    #expect(Holm.corrected([0.9, 0.8]) == [1, 1])
    #expect(Holm.corrected([]).isEmpty)
  }

  @Test("A paired bootstrap finds the mean's spread, and the same seed gives the same one")
  func bootstrap() {
    // Of 400 differences, half 0 and half 1: the mean's deviation is 1/40.
    let differences = (0..<400).map { Double($0 % 2) }
    let found = PairedBootstrap(differences)
    #expect(found.mean == 0.5)
    #expect(abs(found.low - (0.5 - 1.96 / 40)) < 0.004 && abs(found.high - (0.5 + 1.96 / 40)) < 0.004)
    #expect(abs(found.pValue - 2.0 / 10_001) < 1e-12)
    #expect(PairedBootstrap(differences) == found)
    let centred = PairedBootstrap(differences.map { $0 - 0.5 })
    #expect(centred.pValue > 0.8 && centred.low < 0 && centred.high > 0)
  }
}

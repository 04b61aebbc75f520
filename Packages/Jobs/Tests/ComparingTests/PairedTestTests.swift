import Testing

@testable import Comparing

@Suite("Paired tests")
struct PairedTestTests {
  /// Expected by SciPy 1.17.1: `binomtest(losses, losses + gains, 0.5, alternative="greater")`; and for the drop the largest of
  /// 200 sums of `binom.pmf` over all pairs of counts with as large a score statistic, plus 1e-4.
  @Test(
    "Right and wrong answers have exact p-values",
    arguments: [
      (12, 5, 100, 0.05, 0.0717315673828125, 0.749889238866627),
      (3, 1, 50, 0.1, 0.3125, 0.12405669662029796), (0, 0, 161, 0.01, 1, 0.1983742565889147),
      (5, 9, 200, 0.03, 0.91021728515625, 0.0074933020725704335),
      (0, 3, 40, 0.05, 1, 0.010741475932129433),
    ])
  func exact(
    losses: Int, gains: Int, documents: Int, drop: Double, worse: Double, notWorse: Double
  ) {
    let test = PairedTest(losses: losses, gains: gains, documents: documents, drop: drop)
    #expect(abs(test.worse - worse) < 1e-12)
    // The two try other values of the unknown probability.
    #expect(abs(test.notWorse / notWorse - 1) < 0.005)
  }

  /// Expected by `scipy.stats.ttest_1samp` with the alternatives "less" than 0 and "greater" than -0.05.
  @Test("Scores of any kind are compared by paired t-tests")
  func means() {
    let test = PairedTest(differences: [0.1, -0.2, 0.05, -0.3, -0.1, 0.0, -0.15], drop: 0.05)
    #expect(abs(test.worse - 0.08256862417004686) < 1e-12)
    #expect(abs(test.notWorse - 0.7326511428746636) < 1e-12)
  }

  @Test("Scores that do not differ refute a drop once there are enough of them")
  func constant() {
    #expect(PairedTest(differences: Array(repeating: 0, count: 2), drop: 0.01).notWorse > 0.9)
    #expect(PairedTest(differences: Array(repeating: 0, count: 400), drop: 0.01).notWorse < 0.02)
    let lost = PairedTest(differences: Array(repeating: -0.3, count: 400), drop: 0.01)
    #expect(lost.worse < 0.02 && lost.notWorse == 1)
    #expect(PairedTest(differences: [-1], drop: 0.5).worse == 0.5)
  }

  /// The size of the test at the drop itself, summed over all outcomes, for shares of gains that it does not know.
  @Test("A loss of the size of the drop passes no more often than stated", arguments: [0.0, 0.01, 0.05, 0.2])
  func size(gained: Double) {
    let (documents, drop, miss) = (60, 0.1, 0.2)
    var passes = 0.0
    for gains in 0...documents {
      let probability = Binomial(trials: documents, share: gained).probability(gains)
      guard probability > 1e-9 else { continue }
      let lost = Binomial(trials: documents - gains, share: (gained + drop) / (1 - gained))
      for losses in 0...documents - gains where lost.probability(losses) > 1e-9 {
        let test = PairedTest(losses: losses, gains: gains, documents: documents, drop: drop)
        if test.notWorse > miss { break }  // more losses have larger p-values
        passes += probability * lost.probability(losses)
      }
    }
    #expect(passes <= miss + 1e-6)
    #expect(passes > miss / 2, "and the test is not idle: \(passes)")
  }

  /// Expected by the same sums in SciPy.
  @Test("The number of documents that a gate asks for has the stated power, and a few less have not")
  func sampleSize() {
    for (drop, discordance, documents) in [(0.05, 0.15, 398), (0.03, 0.04, 301), (0.02, 0.1, 1629)] {
      let rule = GateRule(drop: drop)
      let found = SampleSize.documents(rule, discordance: discordance)
      #expect(abs(Double(found) / Double(documents) - 1) < 0.005, "\(found) for \(documents)")
      #expect(SampleSize.power(rule, documents: found, discordance: discordance) >= 0.8)
      #expect(SampleSize.power(rule, documents: found * 95 / 100, discordance: discordance) < 0.8)
      #expect(SampleSize.documents(rule, discordance: discordance, tasks: 10) > found)
      #expect(SampleSize.documents(rule, variance: discordance) < found)
    }
    #expect(SampleSize.documents(GateRule(drop: 0.01), variance: 0) == 161)
  }
}

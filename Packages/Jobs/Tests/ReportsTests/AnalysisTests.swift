import Foundation
import Testing

@testable import Reports

@Suite("Figures of a report")
struct AnalysisTests {
  /// Reference: scipy 1.x, `binomtest(hits, count).proportion_ci(method="wilson")`.
  @Test(
    "A share's interval is Wilson's, as SciPy has it",
    arguments: [
      (28, 100, 0.2013968521118621, 0.3748802870992116), (0, 10, 0, 0.27753279986288926),
      (7, 7, 0.6456695649333126, 1), (1, 3, 0.06149194472039626, 0.7923403991979523),
    ])
  func intervalAgreesWithScipy(hits: Int, count: Int, low: Double, high: Double) throws {
    let interval = try #require(Proportion(hits: hits, count: count).interval)
    #expect(abs(interval.lowerBound - low) < 1e-15 && abs(interval.upperBound - high) < 1e-15)
  }

  @Test("A share of nothing has no interval")
  func nothingHasNoInterval() { #expect(Proportion(hits: 0, count: 0).interval == nil) }

  @Test("Choices that are right as often as the model believes have no calibration error")
  func calibratedChoices() throws {
    let choices = (0..<100).map {
      (confidence: $0 < 40 ? 0.25 : 0.75, isRight: $0 % 4 == 0 ? $0 < 40 : $0 >= 40)
    }
    let calibration = try #require(Calibration(choices))
    #expect(calibration.bins.map(\.confidence) == [0.25, 0.75])
    #expect(calibration.bins.map { $0.accuracy.count } == [40, 60])
    #expect(abs(calibration.expectedError) < 1e-15)
  }

  @Test("Choices that are always wrong and sure have a calibration error of one")
  func overconfidentChoices() throws {
    let calibration = try #require(
      Calibration([(confidence: 1.0, isRight: false), (confidence: 1.0, isRight: false)]))
    #expect(calibration.expectedError == 1)
    #expect(Calibration([]) == nil)
  }

  @Test("A choice's share is its part of the options' probability, however unlikely they are")
  func confidenceDoesNotUnderflow() {
    let choice = Choice(logLikelihoods: [-5000, -5000 - log(3), -9000], lengths: [1, 2, 3], right: 1)
    #expect(abs(choice.confidence - 0.75) < 1e-12)
    #expect(choice.chosen == 0)
    #expect(abs((choice.margin ?? 0) + log(3)) < 1e-9)
  }

  @Test(
    "A model that always takes the longest option is beyond chance, and one that takes each in turn is not")
  func biasIsSeen() throws {
    let longest = (0..<60).map { Choice(logLikelihoods: [-1, -2, -3], lengths: [9, 5, 2], right: $0 % 3) }
    let bias = try #require(ChoiceBias(longest))
    #expect(bias.longest.chosen == Proportion(hits: 60, count: 60) && bias.longest.isBeyondChance)
    #expect(abs(bias.longest.chance - 1 / 3) < 1e-12)
    #expect(bias.positions[0].accuracy == Proportion(hits: 20, count: 20))
    #expect(bias.positions[2].accuracy == Proportion(hits: 0, count: 20))
    #expect(bias.shortest.chosen.hits == 0 && bias.shortest.isBeyondChance)
    let even = (0..<60).map { turn in
      Choice(logLikelihoods: (0..<3).map { $0 == turn % 3 ? -1 : -2 }, lengths: [1, 1, 1], right: 0)
    }
    let fair = try #require(ChoiceBias(even))
    #expect(fair.positions.allSatisfy { !$0.isBeyondChance })
    #expect(fair.longest.chance == 1 && !fair.longest.isBeyondChance)
  }

  @Test("Bins of lengths hold each sample once, and samples of one length stay together")
  func binsHoldEachSampleOnce() throws {
    let samples = (0..<97).map { (length: $0 * $0 % 23, isRight: $0 % 2 == 0) }
    let bins = try #require(LengthBins(samples)).bins
    #expect(bins.reduce(0) { $0 + $1.accuracy.count } == 97)
    #expect(bins.reduce(0) { $0 + $1.accuracy.hits } == 49)
    for (one, next) in zip(bins, bins.dropFirst()) {
      #expect(one.lengths.upperBound < next.lengths.lowerBound)
    }
    #expect(LengthBins([(length: 3, isRight: true)]) == nil)
    #expect(LengthBins((0..<40).map { (length: 7, isRight: $0 % 2 == 0) }) == nil)
  }
}

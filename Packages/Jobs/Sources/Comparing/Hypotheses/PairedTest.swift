import Foundation

/// What the scores of two models on the same documents are evidence of.
///
/// The loss is the mean by which the candidate scores less than the base, over the documents that could be asked, of which
/// those that were asked are a random sample. Two hypotheses about it are tested, and no loss fits both, so that neither
/// p-value needs a correction for the other.
///
/// - Source: Goeman, Solari and Stijnen 2010, *Three-sided hypothesis testing*.
public struct PairedTest: Sendable, Equatable {
  /// The p-value of "the candidate is at least as good", the loss is zero or less. Small where the candidate is worse.
  public let worse: Double
  /// The p-value of "the loss is the drop or more". Small where the candidate is not worse by what matters.
  public let notWorse: Double
}

extension PairedTest {
  /// Of right and wrong answers: both p-values exact.
  ///
  /// - Parameters:
  ///   - losses: Documents that the base alone has right.
  ///   - gains: Documents that the candidate alone has right.
  ///   - documents: All.
  ///   - drop: Between 0 and 1.
  init(losses: Int, gains: Int, documents: Int, drop: Double) {
    worse = McNemar.oneSided(losses, gains)
    notWorse = NonInferiority(documents: documents, drop: drop).pValue(losses: losses, gains: gains)
  }

  /// Of any scores, by paired t-tests of the mean difference; exact where differences are normal, and nearly so where there
  /// are many.
  ///
  /// Where all differences are the same, their spread is unknown. A document then counts as one that can lose 1, so that
  /// a loss of `drop` or more leaves `n` documents untouched with a probability of at most (1 − drop)ⁿ.
  ///
  /// - Parameters:
  ///   - differences: Candidate less base, at least one.
  ///   - drop: Positive, in the unit of the scores.
  init(differences: [Double], drop: Double) {
    let moments = Moments(differences)
    guard moments.variance > 0 else {
      let untouched = pow(1 - min(1, drop), Double(differences.count))
      worse = moments.mean < 0 ? untouched : 1
      notWorse = moments.mean > -drop ? untouched : 1
      return
    }
    let (error, degrees) = (moments.standardError, Double(differences.count - 1))
    worse = StudentDistribution.above(-moments.mean / error, degrees: degrees)
    notWorse = StudentDistribution.above((moments.mean + drop) / error, degrees: degrees)
  }
}

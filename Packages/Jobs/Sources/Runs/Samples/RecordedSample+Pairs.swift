public import Jobs

extension [RecordedSample] {
  /// The samples of two runs that answer the same, in the order of the first: by document and, where a prompt is answered
  /// several times, by which time it is.
  ///
  /// - Throws: ``JobError`` where they have no document in common, and where a document's target is not the same in both.
  public func paired(
    with others: [RecordedSample], in evaluation: String
  ) throws(JobError) -> [(first: RecordedSample, second: RecordedSample)] {
    let counterparts = Dictionary(others.keyed) { sample, _ in sample }
    var pairs: [(first: RecordedSample, second: RecordedSample)] = []
    for (key, sample) in keyed {
      guard let other = counterparts[key] else { continue }
      // Earlier versions recorded no targets of evaluations that are part of a program.
      guard sample.target == other.target || sample.target == .other || other.target == .other else {
        throw JobError(
          .incomparable(
            .otherTarget(
              evaluation: evaluation, document: sample.document, "\(sample.target)", "\(other.target)")))
      }
      pairs.append((sample, other))
    }
    guard !pairs.isEmpty else { throw JobError(.incomparable(.noCommonDocument(evaluation: evaluation))) }
    return pairs
  }

  private var keyed: [([Int], RecordedSample)] {
    var repetitions: [Int: Int] = [:]
    return map { sample in
      defer { repetitions[sample.document, default: 0] += 1 }
      return ([sample.document, repetitions[sample.document, default: 0]], sample)
    }
  }
}

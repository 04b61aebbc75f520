public import Jobs

extension StoredRun {
  /// All samples of an evaluation, in the order of the file.
  ///
  /// - Throws: ``JobError`` for an evaluation that the run does not have, with the nearest name; for a file that is missing
  ///   or that holds no samples; for log-probabilities that are not numbers.
  public func samples(of evaluation: String) throws(JobError) -> [RecordedSample] {
    var reader = try samplesReader(of: evaluation)
    var samples: [RecordedSample] = []
    while let sample = try reader.next() { samples.append(sample) }
    return samples
  }

  /// The samples of an evaluation, each with a score.
  ///
  /// - Throws: ``JobError`` also for a score that is not a number.
  public func scoredSamples(of evaluation: String) throws(JobError) -> [RecordedSample] {
    let samples = try samples(of: evaluation)
    if let line = samples.firstIndex(where: { !$0.score.isFinite }) {
      throw JobError(.recordedNotFinite(path: try samplesPath(of: evaluation), line: line + 1))
    }
    return samples
  }

  /// The samples of an evaluation one by one.
  ///
  /// - Throws: ``JobError`` for an evaluation that the run does not have, and for a file that is missing.
  public func samplesReader(of evaluation: String) throws(JobError) -> SamplesReader {
    try SamplesReader(path: try samplesPath(of: evaluation))
  }

  /// The file that holds the samples of an evaluation.
  public func samplesPath(of evaluation: String) throws(JobError) -> String {
    let names = try finished().evaluations.map(\.name)
    guard let name = ResultFiles.samples(of: names)[evaluation] else {
      throw .unknown("evaluation", evaluation, among: names)
    }
    return "\(folder)/\(name)"
  }
}

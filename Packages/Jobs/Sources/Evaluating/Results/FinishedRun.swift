import Jobs

/// What a finished run left in its folder of results.
struct FinishedRun {
  let folder: String
  let provenance: Provenance
  /// Where the model lay; `nil` where the file does not name it.
  let model: String?
  /// The names of its evaluations, sorted.
  let evaluations: [String]
  /// What the files of samples are called, by evaluation.
  private let samples: [String: String]

  /// - Throws: ``JobError`` where there is no results file of ours.
  init(folder: String) throws(JobError) {
    let file: File = try decodeResults("\(folder)/\(ResultFiles.results)")
    self.folder = folder
    provenance = file.provenance
    model = file.run?.model
    evaluations = file.results.keys.sorted()
    samples = ResultFiles.samples(of: evaluations)
  }

  /// The samples of an evaluation.
  ///
  /// - Throws: ``JobError`` for a file that is missing, that holds no samples, or whose log-probabilities are not numbers.
  func samples(of evaluation: String) throws(JobError) -> [RecordedSample] {
    try RecordedSample.all(in: path(of: evaluation))
  }

  /// The samples of an evaluation, each with a score.
  ///
  /// - Throws: ``JobError`` also for a score that is not a number.
  func scoredSamples(of evaluation: String) throws(JobError) -> [RecordedSample] {
    let samples = try samples(of: evaluation)
    if let line = samples.firstIndex(where: { !$0.score.isFinite }) {
      throw JobError(.recordedNotFinite(path: path(of: evaluation), line: line + 1))
    }
    return samples
  }

  private func path(of evaluation: String) -> String {
    let name = samples[evaluation] ?? ResultFiles.samples(of: [evaluation])[evaluation]
    return "\(folder)/\(name ?? "")"
  }

  private struct File: Decodable {
    var provenance: Provenance
    var results: [String: Double?]
    var run: Run?

    struct Run: Decodable { var model: String? }
  }
}

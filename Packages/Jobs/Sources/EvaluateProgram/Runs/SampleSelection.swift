import Jobs
import Runs

/// Which samples are shown.
struct SampleSelection {
  var onlyWrong: Bool
  /// The index of the only document.
  var document: Int?
  /// The most of each evaluation.
  var limit: Int

  func takes(_ sample: RecordedSample) -> Bool {
    (document == nil || sample.document == document) && (!onlyWrong || sample.isWrong)
  }
}

/// What shows samples of a run, evaluation by evaluation.
protocol SampleSource {
  var names: [String] { get }

  /// The samples of an evaluation that are shown, and how many there would be.
  func found(in evaluation: String) throws -> (shown: [SampleText], count: Int)
}

/// Samples of one run.
struct ChosenSamples: SampleSource {
  let names: [String]
  private let run: StoredRun
  private let selection: SampleSelection

  init(_ run: StoredRun, names: [String], _ selection: SampleSelection) {
    (self.run, self.names, self.selection) = (run, names, selection)
  }

  func found(in evaluation: String) throws -> (shown: [SampleText], count: Int) {
    var reader = try run.samplesReader(of: evaluation)
    var (shown, count) = ([SampleText](), 0)
    while let sample = try reader.next() {
      guard selection.takes(sample) else { continue }
      count += 1
      if shown.count < selection.limit { shown.append(SampleText(evaluation, [("", sample)])) }
    }
    return (shown, count)
  }
}

/// Samples that one of two runs has right and the other wrong.
struct FlippedSamples: SampleSource {
  let names: [String]
  private let runs: (StoredRun, StoredRun)
  private let selection: SampleSelection

  /// - Throws: ``JobError`` where the runs have none of the evaluations in common.
  init(_ first: StoredRun, _ second: StoredRun, names: [String], _ selection: SampleSelection) throws {
    let there = try second.finished().evaluations.map(\.name)
    self.names = names.filter(there.contains)
    (runs, self.selection) = ((first, second), selection)
    guard !self.names.isEmpty else {
      throw JobError(
        .incomparable(
          .noCommonEvaluation(first: first.folder, second: second.folder, there: names, here: there)))
    }
  }

  func found(in evaluation: String) throws -> (shown: [SampleText], count: Int) {
    let pairs = try runs.0.scoredSamples(of: evaluation).paired(
      with: try runs.1.scoredSamples(of: evaluation), in: evaluation)
    let flipped = pairs.filter { first, second in
      first.isWrong != second.isWrong && selection.takes(first.isWrong ? first : second)
    }
    let shown = flipped.prefix(selection.limit).map { first, second in
      SampleText(evaluation, [("A", first), ("B", second)])
    }
    return (shown, flipped.count)
  }
}

extension RecordedSample {
  /// Whether its score is less than all that there is to have; of a text that is scored whole, never.
  fileprivate var isWrong: Bool { !isWholeText && score < 1 }
}

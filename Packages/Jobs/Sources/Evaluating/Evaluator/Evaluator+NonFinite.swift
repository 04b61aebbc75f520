import Evaluations
import Jobs
import Models

extension Evaluator {
  /// The error for a response that is not a number: which document of which evaluation it belongs to, and which part of the
  /// model is the first to give no number.
  func located(_ failure: NonFiniteResponse, _ asked: [[Sample]]) -> JobError {
    let place = zip(evaluations, asked).lazy.compactMap { evaluation, samples in
      samples.first { $0.requests.contains(failure.request) }.map { (evaluation.name, $0.document) }
    }.first
    let isWhole = spec.shardsIfCut == nil
    return JobError(
      .notFinite(
        NonFiniteOutput(
          evaluation: place?.0 ?? "", document: place?.1 ?? 0, position: failure.position,
          value: "\(failure.value.isNaN ? .nan : failure.value)",  // NaN has no sign that means anything
          stage: isWhole ? (try? model)?.firstNonFiniteStage(reading: failure.read) : nil)))
  }
}

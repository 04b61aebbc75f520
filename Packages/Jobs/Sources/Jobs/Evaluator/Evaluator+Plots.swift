import Evaluation
import Figures
import Models
import Sharding

extension Evaluator {
  /// Draws the model on the run's first document, if `eval/plots` asks for it: into `plots` beside the results.
  ///
  /// All ranks that hold the model together call this; the main one writes.
  ///
  /// - Throws: `FigureError` for files that cannot be written.
  func savePlots(of judged: [JudgedEvaluation]) throws {
    guard drawsPlots, let sample = judged.first?.samples.first else { return }
    let texts = zip(sample.sample.requests, sample.responses).map { request, response in
      switch request {
      case .score(let request): request.ids
      case .generate(let request): request.prompt + response.generation.ids
      }
    }
    guard let longest = texts.max(by: { $0.count < $1.count }) else { return }
    let figures = try model.figures(of: longest, communicator: spec.communicator.along(.shard))
    if spec.isMain { try FigureFiles.write(figures, to: spec.resultPath("plots")) }
  }
}

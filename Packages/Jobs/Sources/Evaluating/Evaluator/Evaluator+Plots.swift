import Evaluations
import Figures
import Jobs
import Models
import Sharding

extension Evaluator {
  /// Draws the model on the run's first document, if `eval/plots` asks for it: into `folder`.
  ///
  /// All ranks call this. Those that hold the model together with the main one draw, and the main one writes.
  ///
  /// - Throws: `FigureError` for files that cannot be written.
  func savePlots(of sample: Sample?, _ responses: some Sequence<Response>, in folder: String?) throws {
    let communicator = spec.communicator
    let isOfFirstReplica = communicator.mesh.coordinate(of: communicator.rank).batch == 0
    guard drawsPlots, isOfFirstReplica, let sample else { return }
    let texts = zip(sample.requests, responses).map { request, response in
      switch request {
      case .score(let request): request.ids
      case .generate(let request): request.prompt + response.generation.ids
      }
    }
    guard let longest = texts.max(by: { $0.count < $1.count }) else { return }
    let figures = try model.figures(of: longest, communicator: communicator.along(.shard))
    if let folder { try FigureFiles.write(figures, to: folder) }
  }
}

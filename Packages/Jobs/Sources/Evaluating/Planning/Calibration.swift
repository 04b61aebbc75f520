import Evaluations
import Foundation
import Jobs
import Models
import TensorCore

/// How fast a model is on this machine, found out with sequences of random ids in some two seconds.
struct Calibration<Model: LanguageModel> {
  private let engine: Engine<Model>
  private let model: Model

  init(_ engine: Engine<Model>, _ model: Model) {
    self.engine = engine
    self.model = model
  }

  /// - Parameter sequences: How many answers are written side by side; none is measured where it is zero.
  func speeds(sequences: Int) throws -> CostEstimate.Speeds {
    let length = min(model.blockSize, 128)
    // A full pass of the engine.
    let rows = (0..<max(1024 / length, 1)).map { model.randomIDs(length, sequence: $0) }
    func score(from first: Int) throws -> Double {
      try seconds { rows.map { .score(ScoreRequest(ids: $0, from: first)) } }
    }
    let reading = try score(from: length - 1)
    let scoring = try score(from: 1) - reading
    let read = rows.count * (length - 1)
    let scored = rows.count * (length - 2)
    var speeds = CostEstimate.Speeds(
      perTokenRead: reading / Double(max(read, 1)),
      perPositionScored: max(scoring, 0) / Double(max(scored, 1)),
      perTokenWritten: 0)
    if sequences > 0 {
      let limit = min(8, model.blockSize / 2)
      let writing = try seconds {
        (0..<sequences).map {
          .generate(
            GenerateRequest(
              prompt: model.randomIDs(model.blockSize / 2 > 8 ? 8 : 1, sequence: $0), limit: limit, stops: [])
          )
        }
      }
      speeds.perTokenWritten = writing / Double(max(sequences * limit, 1))
    }
    return speeds
  }

  /// The best of as many runs as two thirds of a second hold.
  private func seconds(of requests: () -> [Request]) throws -> Double {
    let requests = requests()
    let clock = ContinuousClock()
    let end = clock.now + .seconds(0.67)
    var best = Double.infinity
    repeat {
      let start = clock.now
      _ = try engine.respond(to: requests)
      best = min(best, (clock.now - start) / .seconds(1))
    } while clock.now < end
    return best
  }
}

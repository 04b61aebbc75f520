import Evaluations
import Jobs
import Synchronization

/// What evaluations come to by the samples that are answered so far, for those who look on.
///
/// Samples are scored as they are at the end; it is done seldom enough to take about a fiftieth of the time.
final class RunningScores: Sendable {
  fileprivate struct Part {
    let evaluation: any Evaluation
    let samples: [Sample]
    /// Of each sample, how many different requests have no response yet.
    var open: [Int]
    var outcomes: [SampleOutcome] = []
    var isChanged = false
  }

  fileprivate struct State {
    var parts: [Part] = []
    /// The samples that a request belongs to: part and place.
    var places: [Request: [(part: Int, sample: Int)]] = [:]
    var responses: [Request: Response] = [:]
    var next = ContinuousClock.now + interval
  }

  private let state: Mutex<State>
  private let event: @Sendable (JobEvent) -> Void
  private static let interval = Duration.seconds(2)
  private static let share = 50.0

  init(_ asked: some Sequence<(any Evaluation, [Sample])>, event: @escaping @Sendable (JobEvent) -> Void) {
    self.event = event
    var state = State()
    for (evaluation, samples) in asked {
      for (index, sample) in samples.enumerated() {
        for request in Set(sample.requests) {
          state.places[request, default: []].append((state.parts.count, index))
        }
      }
      state.parts.append(
        Part(evaluation: evaluation, samples: samples, open: samples.map { Set($0.requests).count }))
    }
    self.state = Mutex(state)
  }

  /// Takes a response, and scores what is complete where that is due. May be called from any thread.
  func note(_ request: Request, _ response: Response) {
    state.withLock { state in
      state.note(request, response)
      if ContinuousClock.now >= state.next { report(&state) }
    }
  }

  private func report(_ state: inout State) {
    let start = ContinuousClock.now
    for index in state.parts.indices where state.parts[index].isChanged {
      state.parts[index].isChanged = false
      // What has no metric yet has one at the end, or ends the run then.
      guard let result = try? state.parts[index].result() else { continue }
      event(.running(result, of: state.parts[index].samples.count))
    }
    state.next = .now + max(Self.interval, (ContinuousClock.now - start) * Self.share)
  }
}

extension RunningScores.State {
  fileprivate mutating func note(_ request: Request, _ response: Response) {
    responses[request] = response
    for (part, sample) in places[request] ?? [] {
      parts[part].open[sample] -= 1
      guard parts[part].open[sample] == 0 else { continue }
      let asked = parts[part].samples[sample]
      let own = asked.requests.compactMap { responses[$0] }
      // What cannot be scored ends the run when its turn comes.
      guard own.count == asked.requests.count, let outcome = try? asked.score(own) else { continue }
      parts[part].outcomes.append(outcome)
      parts[part].isChanged = true
    }
  }
}

extension RunningScores.Part {
  fileprivate func result() throws -> RunResult.Evaluation {
    RunResult.Evaluation(
      name: evaluation.name, metrics: try evaluation.metrics(of: outcomes), samples: outcomes.count,
      counts: outcomes.reduce(Counts()) { $0 + $1.counts })
  }
}

import Synchronization
import Templating

/// The prompts that a chat template did not take with a system turn, and that were asked without it.
public final class SystemRefusals: Sendable {
  private struct State {
    var count = 0
    var first: (error: TemplateError, origin: String)?
  }

  private let state = Mutex(State())

  public init() {}

  /// How many prompts there were.
  public var count: Int { state.withLock { $0.count } }

  /// What the template reported for the first, and where its system turn came from; `nil` where there was none.
  var first: (error: TemplateError, origin: String)? { state.withLock { $0.first } }

  /// ``first`` as one sentence.
  public var sentence: String? {
    first.map { error, origin in
      "the chat template takes no system turn, so prompts go without the \(origin): \(error)"
    }
  }

  func add(_ error: TemplateError, origin: String) {
    state.withLock { state in
      state.count += 1
      if state.first == nil { state.first = (error, origin) }
    }
  }
}

extension Evaluation {
  /// The samples of one document; the prompts among them that lost their system turn are in their counts.
  ///
  /// - Parameter refusals: Are added to.
  public func samples(
    of index: Int, in context: EvaluationContext, counting refusals: SystemRefusals
  ) throws -> [Sample] {
    var context = context
    context.chat.refusals = refusals
    let before = refusals.count
    var samples = try samples(of: index, in: context)
    let lost = refusals.count - before
    guard lost > 0, let first = samples.indices.first else { return samples }
    let score = samples[first].score
    samples[first].score = { responses in
      var outcome = try score(responses)
      outcome.counts.withoutSystem += lost
      return outcome
    }
    return samples
  }
}

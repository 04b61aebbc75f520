import Chat
import Configurate
import Evaluations
import Jobs
import Logging
import Models
import Tasks
import Templating
import TensorCore
import Tokenization

extension Evaluator {
  /// What each evaluation asks about its chosen documents.
  ///
  /// - Parameter vocabularySize: How many ids the model has; `nil` where no model here is asked.
  func samples(
    blockSize: Int, vocabularySize: Int?, options: EvaluationOptions? = nil, windows: TextWindows = .rolling
  ) throws -> [[Sample]] {
    let options = options ?? self.options
    try options.validate()
    var context = EvaluationContext(tokenizer: tokenizer, blockSize: blockSize, options: options)
    context.chat = chatContext
    context.windows = windows
    context.thoughtEnd = thoughtEnd
    context.followsHarness = followsHarness
    context.ends = ends
    let asked = try spec.preparing("samples", of: preparation(context)) {
      let refusals = SystemRefusals()
      defer { report(refusals) }
      return try samples(in: context, counting: refusals)
    }
    if let vocabularySize {
      for (evaluation, samples) in zip(evaluations, asked) {
        try check(samples, of: evaluation, vocabularySize)
      }
    }
    return asked
  }

  /// The samples of all evaluations, each with something to score.
  private func samples(
    in context: EvaluationContext, counting refusals: SystemRefusals
  ) throws -> [[Sample]] {
    try evaluations.enumerated().map { index, evaluation in
      let chosen = try chosenDocuments(of: evaluation, seed: requestCache == nil ? 0 : context.options.seed)
      func samples(_ document: Int) throws -> [Sample] {
        try evaluation.samples(of: document, in: context, counting: refusals)
      }
      let all = try requestCache?.samples(of: chosen, in: index, context, samples) ?? chosen.flatMap(samples)
      guard all.contains(where: { $0.requests.contains { !$0.isEmpty } }) else {
        throw EvaluationError(.nothingToScore(evaluation: evaluation.name, documents: chosen.count))
      }
      return all
    }
  }

  /// What samples depend on beside the evaluations: jobs that have it alike ask the same.
  private func preparation(_ context: EvaluationContext) -> String {
    let chat = context.chat
    return [
      SettingsTree(settings).yaml, tokenizer.identity, "\(context.blockSize)", "\(context.options)",
      "\(context.ends.ids.sorted())", "\(context.windows)", chat.format.identity,
      "\(spec.wave, default: "all")",
    ].joined(separator: "\n")
  }

  /// Of all prompts that lost their system turn, one line; how many there are of each evaluation is in its counts.
  private func report(_ refusals: SystemRefusals) {
    guard spec.isMain, let sentence = refusals.sentence else { return }
    Logger(label: "assay.evaluate").warning("\(sentence)")
  }

  /// The documents of `evaluation` that are run: a draw that depends on its size, `length` and `seed` only, or all.
  private func chosenDocuments(of evaluation: any Evaluation, seed: UInt64) throws -> [Int] {
    guard evaluation.count > 0 else {
      throw EvaluationError(.noDocuments(evaluation: evaluation.name))
    }
    guard length > 0, length < evaluation.count else {
      let all = Array(0..<(limit > 0 ? min(limit, evaluation.count) : evaluation.count))
      return spec.wave.map { SeededOrder($0.seed).places(all).prefix($0.first).sorted() } ?? all
    }
    var random = PythonRandom(seed: 0xC0FFEE ^ seed)
    return random.sample(below: evaluation.count, length)
  }

  /// - Throws: `EvaluationError` for a token that the model has no row for.
  private func check(_ samples: [Sample], of evaluation: any Evaluation, _ vocabularySize: Int) throws {
    let known = 0..<Int32(clamping: vocabularySize)
    for sample in samples {
      guard let id = sample.requests.lazy.compactMap({ $0.ids.first { !known.contains($0) } }).first else {
        continue
      }
      throw EvaluationError(
        .outsideVocabulary(
          evaluation: evaluation.name, document: sample.document, id: id,
          text: (try? tokenizer.decode([id])) ?? "", vocabularySize: vocabularySize))
    }
  }

  /// How prompts that are a conversation's turns are written.
  var chatContext: ChatContext {
    var format = chat
    if !templateArguments.isEmpty { format.arguments = templateArguments }
    return ChatContext(
      format: format, isForced: asksInChat, systemPrompt: systemPrompt, shotsAreTurns: shotsAreTurns)
  }
}

public import Chat
import Foundation
public import Templating
public import Tokenization

/// How prompts are put to a model that was trained on conversations.
public struct ChatContext: Sendable {
  /// How the model wants conversations written.
  public var format: ChatFormat
  /// Whether all evaluations ask in a chat, also those that do not want it themselves.
  public var isForced: Bool
  /// The system's turn; none where it is empty.
  public var systemPrompt: String
  /// Whether each shot is a user's turn and an assistant's; else all are part of the question's.
  public var shotsAreTurns: Bool
  /// Counts the prompts that lost their system turn.
  var refusals = SystemRefusals()

  public init(
    format: ChatFormat = .chatML, isForced: Bool = false, systemPrompt: String = "",
    shotsAreTurns: Bool = true
  ) {
    self.format = format
    self.isForced = isForced
    self.systemPrompt = systemPrompt
    self.shotsAreTurns = shotsAreTurns
  }

  /// The text of a conversation up to where the assistant begins to answer, or continues the last turn, where that is
  /// its own.
  ///
  /// A template that fails is rendered again without the system turn, as in lm-evaluation-harness; that is counted.
  ///
  /// - Parameter origin: Where the system turn comes from, for sentences.
  /// - Throws: `TemplateError`, for example for turns in an order that the template does not take.
  public func text(
    of turns: [ChatTurn], systemFrom origin: String = "text of --system-instruction"
  ) throws(TemplateError) -> String {
    do throws(TemplateError) { return try render(turns) } catch {
      let rest = turns.filter { $0.role != "system" }
      guard rest.count < turns.count, !rest.isEmpty, ![.missing, .limit].contains(error.kind) else {
        throw error
      }
      return try render(rest, insteadOf: error, systemFrom: origin)
    }
  }

  private func render(_ turns: [ChatTurn]) throws(TemplateError) -> String {
    try turns.last?.role == "assistant"
      ? format.text(continuing: turns) : format.text(of: turns, asksForAnswer: true)
  }

  /// - Parameter error: What the template reported for the turns with the system's.
  private func render(
    _ turns: [ChatTurn], insteadOf error: TemplateError, systemFrom origin: String
  ) throws(TemplateError) -> String {
    do throws(TemplateError) {
      let prompt = try render(turns)
      refusals.add(error, origin: origin)
      return prompt
    } catch {
      var both = error
      both.systemOrigin = origin
      throw both
    }
  }

  /// A prompt as a user's turn, up to where the assistant begins to answer.
  ///
  /// - Throws: `TemplateError`, for example for a template that takes no user's turn.
  func asking(_ prompt: String) throws(TemplateError) -> String {
    try text(of: (systemPrompt.isEmpty ? [] : [.system(systemPrompt)]) + [.user(prompt)])
  }

  /// A prompt of plain text, behind the system instruction where there is one.
  func withSystemPrompt(_ prompt: String) -> String {
    PythonText.joined(systemPrompt, prompt, by: "\n\n")
  }

  /// The ids among `tokenizer`'s that end an answer: of a mark that is one id, that id; of a mark that begins with a
  /// special token, that token. A mark of several ordinary ids is none of them, but cuts the answer.
  public func stops(_ tokenizer: any Tokenizer) -> Set<Int32> {
    Set(
      format.stops.compactMap { mark in
        guard let ids = try? tokenizer.encode(mark, addingSpecialTokens: false), let first = ids.first,
          ids.count == 1 || tokenizer.isSpecial(first)
        else { return nil }
        return first
      })
  }

  /// The marks that end an answer and are none of ``stops(_:)``: those of several ordinary ids.
  public func stopTexts(_ tokenizer: any Tokenizer) -> [String] {
    format.stops.filter { mark in
      guard let ids = try? tokenizer.encode(mark, addingSpecialTokens: false), let first = ids.first else {
        return false
      }
      return ids.count > 1 && !tokenizer.isSpecial(first)
    }
  }

  /// What the assistant answered in a text that it generated.
  func answer(in generated: String) -> String {
    let cut = format.stops.compactMap { generated.range(of: $0)?.lowerBound }.min()
    return ChatFormat.answer(in: cut.map { String(generated[..<$0]) } ?? generated)
  }
}

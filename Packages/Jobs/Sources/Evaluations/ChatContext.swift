public import Chat
import Foundation
public import Templating
public import Tokenization

/// How prompts are put to a model that was trained on conversations.
public struct ChatContext: Sendable {
  /// How the model wants conversations written.
  public var format: ChatFormat
  /// Whether evaluations ask in a chat although they do not say so themselves.
  public var isForced: Bool
  /// The system's turn; none where it is empty.
  public var systemPrompt: String
  /// Whether each shot is a user's turn and an assistant's; else all are part of the question's.
  public var shotsAreTurns: Bool
  /// Whether a template that takes no system's turn is given none, and nothing said.
  public var mayDropSystem: Bool

  public init(
    format: ChatFormat = .chatML, isForced: Bool = false, systemPrompt: String = "",
    shotsAreTurns: Bool = true,
    mayDropSystem: Bool = false
  ) {
    self.format = format
    self.isForced = isForced
    self.systemPrompt = systemPrompt
    self.shotsAreTurns = shotsAreTurns
    self.mayDropSystem = mayDropSystem
  }

  /// The text of a conversation up to where the assistant begins to answer, or goes on with the last turn, where that is
  /// its own.
  ///
  /// - Throws: `TemplateError`, for a template that takes no system's turn, say.
  public func text(of turns: [ChatTurn]) throws(TemplateError) -> String {
    let goesOn = turns.last?.role == "assistant"
    func text(_ turns: [ChatTurn]) throws(TemplateError) -> String {
      try goesOn ? format.text(continuing: turns) : format.text(of: turns, asksForAnswer: true)
    }
    do throws(TemplateError) {
      return try text(turns)
    } catch {
      guard mayDropSystem, turns.contains(where: { $0.role == "system" }) else { throw error }
      return try text(turns.filter { $0.role != "system" })
    }
  }

  /// A prompt as a user's turn, up to where the assistant begins to answer.
  ///
  /// - Throws: `TemplateError`, for a template that takes no system's turn, say.
  func asking(_ prompt: String) throws -> String {
    try format.text(of: [.user(prompt)], system: systemPrompt, asksForAnswer: true)
  }

  /// The ids among `tokenizer`'s that end an answer. A mark that is several ids is none of them, but cuts the answer.
  public func stops(_ tokenizer: any Tokenizer) -> Set<Int32> {
    Set(
      format.stops.compactMap { mark in
        guard let ids = try? tokenizer.encode(mark, addingSpecialTokens: false), ids.count == 1 else {
          return nil
        }
        return ids[0]
      })
  }

  /// What the assistant answered in a text that it generated.
  func answer(in generated: String) -> String {
    let cut = format.stops.compactMap { generated.range(of: $0)?.lowerBound }.min()
    return ChatFormat.answer(in: cut.map { String(generated[..<$0]) } ?? generated)
  }
}

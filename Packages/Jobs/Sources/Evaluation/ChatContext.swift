import Foundation
public import Templating
import Tokenization

/// How rollouts put their prompts to a model that was trained on conversations.
public struct ChatContext: Sendable {
  /// How the model wants conversations written.
  public var format: ChatFormat
  /// Whether rollouts ask in a chat although they do not say so themselves.
  public var isForced: Bool
  /// The system's turn; none where it is empty.
  public var systemPrompt: String

  public init(format: ChatFormat = .chatML, isForced: Bool = false, systemPrompt: String = "") {
    self.format = format
    self.isForced = isForced
    self.systemPrompt = systemPrompt
  }

  /// A prompt as a user's turn, up to where the assistant begins to answer.
  ///
  /// - Throws: `TemplateError`, for a template that takes no system's turn, say.
  func asking(_ prompt: String) throws -> String {
    try format.text(of: [.user(prompt)], system: systemPrompt, asksForAnswer: true)
  }

  /// The ids among `tokenizer`'s that end an answer. A mark that is several ids is none of them, but cuts the answer.
  func stops(_ tokenizer: any Tokenizer) -> Set<Int32> {
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

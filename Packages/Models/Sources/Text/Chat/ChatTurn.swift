public import Basics

/// One contribution to a conversation.
public struct ChatTurn: Sendable, Equatable, Hashable, Codable {
  /// `system`, `user`, `assistant`, or another role of the template.
  public var role: String
  public var content: String

  public init(role: String, content: String) {
    self.role = role
    self.content = content
  }

  public static func system(_ content: String) -> ChatTurn { ChatTurn(role: "system", content: content) }
  public static func user(_ content: String) -> ChatTurn { ChatTurn(role: "user", content: content) }
  public static func assistant(_ content: String) -> ChatTurn {
    ChatTurn(role: "assistant", content: content)
  }

  /// An object with `role` and `content`, as OpenAI's API has it.
  public var json: JSONValue { .object([("role", .text(role)), ("content", .text(content))]) }
}

import Basics

extension ChatFormat {
  /// What a text begins with that is turns.
  private static let mark = "conversation: "

  static func written(_ turns: [ChatTurn]) -> String {
    mark + JSONValue.list(turns.map(\.json)).line
  }

  /// The turns of a text that ``turns`` has written; `nil` for any other text.
  public static func conversation(in text: String) -> [ChatTurn]? {
    guard text.hasPrefix(mark), let list = try? JSONValue(Array(text.dropFirst(mark.count).utf8)).list else {
      return nil
    }
    let turns = list.compactMap { value -> ChatTurn? in
      guard let object = value.object, let role = object["role"]?.text, let content = object["content"]?.text
      else { return nil }
      return ChatTurn(role: role, content: content)
    }
    return turns.count == list.count ? turns : nil
  }
}

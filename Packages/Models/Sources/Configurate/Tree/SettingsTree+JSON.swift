internal import Basics

extension SettingsTree {
  /// This tree as JSON, in its own order, indented by two spaces.
  ///
  /// JSON has no word for them, so `???` and the numbers that are not finite become texts as YAML spells them;
  /// ``init(yaml:name:)`` reads the result back, such a number as text, which converts to a number again.
  public var json: String { json(indent: "") + "\n" }

  private func json(indent: String) -> String {
    let inner = indent + "  "
    switch content {
    case .list(let elements) where !elements.isEmpty:
      let lines = elements.map { inner + $0.json(indent: inner) }
      return "[\n" + lines.joined(separator: ",\n") + "\n\(indent)]"
    case .mapping(let mapping) where !mapping.isEmpty:
      let lines = mapping.pairs.map { "\(inner)\(Self.quoted($0.name)): \($0.value.json(indent: inner))" }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
    case .text, .missing: return Self.quoted(plainText)
    case .number(let number) where !number.isFinite: return Self.quoted(plainText)
    default: return plainText
    }
  }

  /// Escapes what YAML does not read as it is.
  private static func quoted(_ text: String) -> String { JSONText.quoted(text, escaping: .unreadable) }
}

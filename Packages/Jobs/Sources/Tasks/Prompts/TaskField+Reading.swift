import Templating

extension TaskField {
  /// `doc_to_text`: a text or, for tasks whose choices are contexts, the index of the right one.
  ///
  /// - Parameter choices: Whether the task has choices, so that digits are an index.
  func asText(_ document: TaskDocument, choices: Bool) throws -> TemplateValue {
    let value = try value(document)
    guard isRendered(document), choices, let index = value.asIndex else { return value }
    return .integer(index)
  }

  /// `doc_to_target`: a text, an index into the choices, or a list of right ones.
  func asTarget(_ document: TaskDocument, choices: Bool) throws -> TemplateValue {
    let value = try value(document)
    guard isRendered(document), case .string(let text) = value else { return value }
    if choices, let index = value.asIndex { return .integer(index) }
    if text.utf8.count >= 2, text.utf8.first == UInt8(ascii: "["), text.utf8.last == UInt8(ascii: "]"),
      let list = try? TemplateValue(pythonLiteral: text)
    {
      return list
    }
    return value
  }

  /// `doc_to_choice`: the choices' texts.
  func asChoices(_ document: TaskDocument) throws -> [String] {
    var value = try value(document)
    if isRendered(document), case .string(let text) = value {
      // A text that is no literal is no list either.
      value = (try? TemplateValue(pythonLiteral: text)) ?? value
    }
    switch value {
    case .list(let elements), .tuple(let elements):
      return try elements.map { element in
        guard case .string(let text) = element else {
          throw TaskError(.value(key: "doc_to_choice", expected: "texts", found: element.excerpt))
        }
        return text
      }
    case .dictionary(let dictionary): return dictionary.values.map(\.text)
    default:
      throw TaskError(.value(key: "doc_to_choice", expected: "a list of texts", found: value.excerpt))
    }
  }
}

extension TemplateValue {
  /// The number that a text of digits only stands for.
  fileprivate var asIndex: Int? {
    guard case .string(let text) = self, !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) })
    else {
      return nil
    }
    return Int(text)
  }
}

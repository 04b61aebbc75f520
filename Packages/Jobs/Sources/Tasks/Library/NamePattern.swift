/// A pattern of names as shells have it: `*` for any text, `?` for a character, `[ab]` for one of some.
package struct NamePattern: Sendable {
  package let text: String
  private let parts: [Part]

  private enum Part: Sendable {
    case one(Character)
    case any
    case all
    case among(Set<Character>, isNegated: Bool)
  }

  /// - Returns: `nil` for a text that is no pattern.
  package init?(_ text: String) {
    guard text.contains(where: { "*?[".contains($0) }) else { return nil }
    self.text = text
    var parts: [Part] = []
    var rest = text[...]
    while let character = rest.popFirst() {
      switch character {
      case "*": parts.append(.all)
      case "?": parts.append(.any)
      case "[":
        guard let end = rest.dropFirst().firstIndex(of: "]") else { fallthrough }
        let isNegated = rest.first == "!"
        parts.append(.among(Self.members(rest[..<end].dropFirst(isNegated ? 1 : 0)), isNegated: isNegated))
        rest = rest[rest.index(after: end)...]
      default: parts.append(.one(character))
      }
    }
    self.parts = parts
  }

  /// `a-c` and single characters.
  private static func members(_ text: Substring) -> Set<Character> {
    let scalars = Array(text.unicodeScalars)
    var members: Set<Character> = []
    var index = 0
    while index < scalars.count {
      if index + 2 < scalars.count, scalars[index + 1] == "-",
        scalars[index].value <= scalars[index + 2].value
      {
        for value in scalars[index].value...min(scalars[index + 2].value, scalars[index].value + 1000) {
          if let scalar = Unicode.Scalar(value) { members.insert(Character(scalar)) }
        }
        index += 3
      } else {
        members.insert(Character(scalars[index]))
        index += 1
      }
    }
    return members
  }

  /// Whether the pattern is of the whole name.
  package func matches(_ name: String) -> Bool {
    let characters = Array(name)
    var (part, place) = (0, 0)
    var retry: (part: Int, place: Int)?
    while place < characters.count {
      if part < parts.count, case .all = parts[part] {
        retry = (part + 1, place)
        part += 1
      } else if part < parts.count, Self.matches(parts[part], characters[place]) {
        part += 1
        place += 1
      } else if let last = retry {
        (part, place) = (last.part, last.place + 1)
        retry?.place += 1
      } else {
        return false
      }
    }
    return parts[part...].allSatisfy { if case .all = $0 { true } else { false } }
  }

  private static func matches(_ part: Part, _ character: Character) -> Bool {
    switch part {
    case .one(let own): own == character
    case .any, .all: true
    case .among(let members, let isNegated): members.contains(character) != isNegated
    }
  }
}

/// What a step of a tokenizer looks for in a text: some letters, or a run of one character.
///
/// Files may hold any regular expression; these are the ones that such steps are found with.
enum TextPattern: Sendable, Equatable {
  case literal([UInt8])
  /// The longest runs of a character, by its UTF-8.
  case run(of: [UInt8], atLeast: Int)
  /// The longest runs of white space.
  case space(atLeast: Int)

  /// - Returns: `nil` for an expression that is none of these.
  init?(regularExpression: String) {
    guard let (letters, count) = Self.parsed(regularExpression), let first = letters.first else { return nil }
    if let count {
      guard letters.count == 1 else { return nil }
      self = first.map { .run(of: Array(String($0).utf8), atLeast: count) } ?? .space(atLeast: count)
    } else {
      let scalars = letters.compactMap { $0 }
      guard scalars.count == letters.count else { return nil }
      self = .literal(scalars.flatMap { Array(String($0).utf8) })
    }
  }

  /// The characters of an expression, `nil` for `\s`, and how often the last stands at least; `nil` for once.
  private static func parsed(_ expression: String) -> (letters: [Unicode.Scalar?], count: Int?)? {
    var letters: [Unicode.Scalar?] = []
    var rest = expression.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\\":
        guard let name = rest.popFirst() else { return nil }
        switch name {
        case "s": letters.append(nil)
        case "n": letters.append("\n")
        case "r": letters.append("\r")
        case "t": letters.append("\t")
        case _ where name.properties.isAlphabetic || name.properties.numericType != nil: return nil
        default: letters.append(name)
        }
      case "+":
        return rest.isEmpty ? (letters, 1) : nil
      case "{":
        guard rest.suffix(2).elementsEqual([",", "}"]), let count = Int(String(rest.dropLast(2))), count > 0
        else { return nil }
        return (letters, count)
      case "*", "?", "(", ")", "[", "]", "|", ".", "^", "$", "}": return nil
      default: letters.append(scalar)
      }
    }
    return (letters, nil)
  }

  /// The first match that begins at `position` or behind it.
  func match(in bytes: [UInt8], from position: Int, to end: Int) -> Range<Int>? {
    switch self {
    case .literal(let letters):
      var start = position
      while start + letters.count <= end {
        if bytes[start] == letters[0], letters.indices.allSatisfy({ bytes[start + $0] == letters[$0] }) {
          return start..<start + letters.count
        }
        start += 1
      }
      return nil
    case .run(let letters, let least):
      var start = position
      while let first = Self.literal(letters).match(in: bytes, from: start, to: end) {
        var (stop, count) = (first.upperBound, 1)
        while stop + letters.count <= end, letters.indices.allSatisfy({ bytes[stop + $0] == letters[$0] }) {
          (stop, count) = (stop + letters.count, count + 1)
        }
        if count >= least { return first.lowerBound..<stop }
        start = stop
      }
      return nil
    case .space(let least):
      let text = PreTokenScanner(bytes, end: end)
      var start = position
      while start < end {
        let (found, next) = text.character(at: start)
        guard found.meets(.space) else {
          start = next
          continue
        }
        var (stop, count) = (next, 1)
        while text.character(at: stop).class.meets(.space) {
          (stop, count) = (text.character(at: stop).next, count + 1)
        }
        if count >= least { return start..<stop }
        start = stop
      }
      return nil
    }
  }

  /// `bytes[range]` with every match replaced; `nil` if there is none.
  func replacing(in bytes: [UInt8], _ range: Range<Int>, with replacement: [UInt8]) -> [UInt8]? {
    guard var match = match(in: bytes, from: range.lowerBound, to: range.upperBound) else { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(range.count + range.count / 2)
    var position = range.lowerBound
    while true {
      result += bytes[position..<match.lowerBound]
      result += replacement
      position = match.upperBound
      guard let next = self.match(in: bytes, from: position, to: range.upperBound) else { break }
      match = next
    }
    result += bytes[position..<range.upperBound]
    return result
  }
}

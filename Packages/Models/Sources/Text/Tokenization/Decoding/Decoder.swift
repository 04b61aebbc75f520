/// Makes a text of tokens, step by step: each step turns a list of texts into another, the last list is joined.
struct Decoder: Sendable {
  enum Step: Sendable, Equatable {
    /// `<0x0A>` is the byte 10; bytes that are no UTF-8 become U+FFFD each.
    case byteFallback
    /// All texts become one.
    case fuse
    /// Takes up to `start` and `stop` of a character away at the two ends of each text.
    case strip(Unicode.Scalar, start: Int, stop: Int)
    case replace(TextPattern, with: [UInt8])
    /// Marks become spaces, and go from the first text if a space was put before it.
    case metaspace(mark: Unicode.Scalar, dropsFirst: Bool)
  }

  var steps: [Step] = []
  /// What stands between the texts at the end.
  var separator = ""

  func text(of tokens: [String]) -> String {
    steps.reduce(tokens, Self.apply).joined(separator: separator)
  }

  private static func apply(_ tokens: [String], _ step: Step) -> [String] {
    switch step {
    case .byteFallback: return bytesJoined(tokens)
    case .fuse: return [tokens.joined()]
    case .strip(let scalar, let start, let stop):
      return tokens.map { token in
        var scalars = token.unicodeScalars[...]
        for _ in 0..<start where scalars.first == scalar { scalars.removeFirst() }
        for _ in 0..<stop where scalars.last == scalar { scalars.removeLast() }
        return String(scalars)
      }
    case .replace(let pattern, let replacement):
      return tokens.map { token in
        let bytes = Array(token.utf8)
        let replaced = pattern.replacing(in: bytes, bytes.indices, with: replacement)
        return replaced.map { String(decoding: $0, as: UTF8.self) } ?? token
      }
    case .metaspace(let mark, let dropsFirst):
      return tokens.enumerated().map { number, token in
        var text = String.UnicodeScalarView()
        for scalar in token.unicodeScalars {
          if scalar != mark { text.append(scalar) } else if number > 0 || !dropsFirst { text.append(" ") }
        }
        return String(text)
      }
    }
  }

  private static func bytesJoined(_ tokens: [String]) -> [String] {
    var texts: [String] = []
    var bytes: [UInt8] = []
    func flush() {
      if let text = String(validating: bytes, as: UTF8.self) {
        if !bytes.isEmpty { texts.append(text) }
      } else {
        texts += bytes.map { _ in "\u{FFFD}" }
      }
      bytes = []
    }
    for token in tokens {
      if let byte = ByteToken.byte(of: token) {
        bytes.append(byte)
      } else {
        flush()
        texts.append(token)
      }
    }
    flush()
    return texts
  }
}

/// The tokens that stand for single bytes where the vocabulary has no token for a character.
enum ByteToken {
  static func name(_ byte: UInt8) -> String {
    "<0x\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))>"
  }

  /// The byte that `token` stands for; `nil` if it is no such token.
  static func byte(of token: String) -> UInt8? {
    let letters = Array(token.utf8)
    guard letters.count == 6, token.hasPrefix("<0x"), token.hasSuffix(">") else { return nil }
    return UInt8(String(decoding: letters[3..<5], as: UTF8.self), radix: 16)
  }
}

/// A token that is found in the text before anything is cut, such as `<|im_end|>`.
public struct AddedToken: Sendable, Equatable {
  public let id: Int32
  public let text: String
  /// Whether it means something to the model beyond its letters, so that ordinary text must not name it.
  public var isSpecial = true
  /// Whether it is looked for in the normalised text rather than in the text as given.
  public var isNormalized = false
  /// Whether it takes the white space before it.
  public var stripsLeft = false
  /// Whether it takes the white space behind it.
  public var stripsRight = false
  /// Whether letters and digits may not touch it.
  public var isSingleWord = false

  public init(id: Int32, text: String) {
    self.id = id
    self.text = text
  }
}

/// Finds added tokens in a text: the leftmost first, of those at one place the longest.
struct AddedTokens: Sendable {
  /// What a text falls into.
  enum Segment: Equatable {
    case text(Range<Int>)
    case token(Int32)
  }

  private struct Entry: Sendable {
    let bytes: [UInt8]
    let token: AddedToken
  }

  /// The tokens by their first byte, longest first.
  private var byFirstByte: [[Entry]] = Array(repeating: [], count: 256)
  let isEmpty: Bool

  /// - Parameter normalizer: Brings the tokens into the form that they are looked for in.
  init(_ tokens: [AddedToken], normalizer: Normalizer = Normalizer()) {
    let entries = tokens.map { token in
      let bytes = Array(token.text.utf8)
      return Entry(bytes: normalizer.normalized(bytes, in: bytes.indices) ?? bytes, token: token)
    }.filter { !$0.bytes.isEmpty }
    isEmpty = entries.isEmpty
    for entry in entries.sorted(by: { $0.bytes.count > $1.bytes.count }) {
      byFirstByte[Int(entry.bytes[0])].append(entry)
    }
  }

  /// Calls `body` for each token and for each span between them, in order. Empty spans are left out.
  func segments(of bytes: [UInt8], in range: Range<Int>, _ body: (Segment) -> Void) {
    var start = range.lowerBound  // of the span that no token has taken
    var position = start
    while position < range.upperBound {
      guard let entry = entry(at: position, in: bytes, range) else {
        position += 1
        continue
      }
      let stop = position + entry.bytes.count
      guard !entry.token.isSingleWord || stands(alone: position..<stop, in: bytes, range) else {
        position = stop
        continue
      }
      let text = PreTokenScanner(bytes, end: range.upperBound)
      var first = position
      while entry.token.stripsLeft, first > start,
        text.character(at: text.start(before: first)).class.meets(.space)
      {
        first = text.start(before: first)
      }
      if first > start { body(.text(start..<first)) }
      body(.token(entry.token.id))
      start = entry.token.stripsRight ? text.run(of: .space, from: stop) : stop
      position = start
    }
    if start < range.upperBound { body(.text(start..<range.upperBound)) }
  }

  private func entry(at position: Int, in bytes: [UInt8], _ range: Range<Int>) -> Entry? {
    let candidates = byFirstByte[Int(bytes[position])]
    if candidates.isEmpty { return nil }
    return candidates.first { entry in
      position + entry.bytes.count <= range.upperBound
        && entry.bytes.indices.allSatisfy { bytes[position + $0] == entry.bytes[$0] }
    }
  }

  private func stands(alone match: Range<Int>, in bytes: [UInt8], _ range: Range<Int>) -> Bool {
    let text = PreTokenScanner(bytes, end: range.upperBound)
    let isWord = { (place: Int) in
      text.character(at: place).next > place && Self.isWord(text.scalar(at: place))
    }
    let before = match.lowerBound > range.lowerBound && isWord(text.start(before: match.lowerBound))
    return !before && !isWord(match.upperBound)
  }

  /// `\w`, as Unicode Technical Standard #18 has it.
  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.isAssigned(in: .classes) else { return false }
    return switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: true
    default: scalar.properties.isAlphabetic || scalar.properties.isJoinControl
    }
  }
}

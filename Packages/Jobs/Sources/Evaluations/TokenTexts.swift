package import Tokenization

/// The text of each id of a sequence, one after the other, so that they join to the sequence's text.
///
/// An id that ends within a character has no text; the id that completes it has the whole. Only a few ids before the newest
/// are decoded again, since what an id adds depends on its neighbours: a space that goes at the beginning, say.
package struct TokenTexts {
  private let decode: @Sendable ([Int32]) throws(TokenizerError) -> String
  /// The ids from which on the newest are decoded.
  private var window: [Int32] = []
  /// The text of the window's ids that have been given.
  private var given = ""
  /// How many of the window's ids that is.
  private var givenCount = 0
  /// The text of the ids that have not been given, were the sequence to end within a character here.
  package private(set) var unfinished = ""

  package init(_ tokenizer: any Tokenizer) {
    self.init { ids throws(TokenizerError) in try tokenizer.decode(ids) }
  }

  init(decode: @escaping @Sendable ([Int32]) throws(TokenizerError) -> String) { self.decode = decode }

  /// The text that the next id adds.
  ///
  /// - Throws: `TokenizerError` for an id that has no text.
  package mutating func next(_ id: Int32) throws(TokenizerError) -> String {
    window.append(id)
    let text = try decode(window)
    unfinished = Self.rest(of: text, behind: given)
    guard text.utf8.count >= given.utf8.count else { return "" }
    if text.unicodeScalars.last != Self.replacement { return try give(window.count, text) }
    guard window.count - givenCount > Self.mostUnfinished else { return "" }
    // What has stayed incomplete so long never becomes a character, but for one that begins with the newest bytes.
    for held in (1..<Self.bytesOfCharacter).reversed() {
      let whole = try decode(window.dropLast(held))
      if text.utf8.starts(with: whole.utf8) { return try give(window.count - held, whole) }
    }
    return ""
  }

  private static let replacement = Unicode.Scalar(0xFFFD as UInt16)
  private static let bytesOfCharacter = 4
  /// More ids than any character has bytes.
  private static let mostUnfinished = 8

  /// Gives the text of the first ids of the window that was not given, and lets the window begin with them.
  private mutating func give(_ count: Int, _ text: String) throws(TokenizerError) -> String {
    let added = Self.rest(of: text, behind: given)
    window.removeFirst(givenCount)
    givenCount = count - givenCount
    given = try decode(Array(window.prefix(givenCount)))
    unfinished = givenCount == window.count ? "" : Self.rest(of: try decode(window), behind: given)
    return added
  }

  private static func rest(of text: String, behind given: String) -> String {
    String(decoding: text.utf8.dropFirst(given.utf8.count), as: UTF8.self)
  }

  /// The text that an id would add here, or its own where it would end within a character.
  package func text(of id: Int32) throws(TokenizerError) -> String {
    let text = try decode(window + [id])
    guard text.utf8.count > given.utf8.count, text.utf8.starts(with: given.utf8) else {
      return try decode([id])
    }
    return Self.rest(of: text, behind: given)
  }
}

package import Tokenization

/// The text of each id of a sequence, one after the other, so that they join to the sequence's text.
///
/// An id that ends within a character has no text; the id that completes it has the whole. Only a few ids before the newest
/// are decoded again, since what an id adds depends on its neighbours: a space that goes at the beginning, say.
package struct TokenTexts {
  private let tokenizer: any Tokenizer
  /// The ids from which on the newest are decoded.
  private var window: [Int32] = []
  /// The text of the window's ids that have been given.
  private var given = ""
  /// How many of the window's ids that is.
  private var givenCount = 0

  package init(_ tokenizer: any Tokenizer) { self.tokenizer = tokenizer }

  /// The text that the next id adds.
  ///
  /// - Throws: `TokenizerError` for an id that has no text.
  package mutating func next(_ id: Int32) throws(TokenizerError) -> String {
    window.append(id)
    let text = try tokenizer.decode(window)
    guard !text.unicodeScalars.reversed().starts(with: ["\u{FFFD}"]), text.utf8.count >= given.utf8.count
    else { return "" }
    let added = String(decoding: text.utf8.dropFirst(given.utf8.count), as: UTF8.self)
    window.removeFirst(givenCount)
    given = try tokenizer.decode(window)
    givenCount = window.count
    return added
  }

  /// What is left when the sequence ends within a character.
  package func rest() throws(TokenizerError) -> String {
    let text = try tokenizer.decode(window)
    return String(decoding: text.utf8.dropFirst(given.utf8.count), as: UTF8.self)
  }

  /// The text that an id would add here, or its own where it would end within a character.
  package func text(of id: Int32) throws(TokenizerError) -> String {
    let text = try tokenizer.decode(window + [id])
    guard text.utf8.count > given.utf8.count, text.utf8.starts(with: given.utf8) else {
      return try tokenizer.decode([id])
    }
    return String(decoding: text.utf8.dropFirst(given.utf8.count), as: UTF8.self)
  }
}

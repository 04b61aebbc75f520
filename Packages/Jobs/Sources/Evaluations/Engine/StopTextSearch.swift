import Tokenization

/// Ends an answer whose text contains a stop, in time that is linear in its length.
///
/// A stop may begin or end inside a token, and a character may be several tokens. Of the text before the newest token only
/// as much is kept as a stop can begin in.
struct StopTextSearch: StopRule {
  private let stops: [[UInt8]]
  private let overlap: Int
  private var texts: TokenTexts
  private var end: [UInt8] = []

  init(_ stops: [String], decode: @escaping @Sendable ([Int32]) throws(TokenizerError) -> String) {
    self.stops = stops.map { Array($0.utf8) }
    overlap = max((stops.map(\.utf8.count).max() ?? 0) - 1, 0)
    texts = TokenTexts(decode: decode)
  }

  mutating func isMet(by ids: [Int32]) throws -> Bool {
    guard !stops.isEmpty, let newest = ids.last else { return false }
    end += try texts.next(newest).utf8
    let text = end + texts.unfinished.utf8
    if stops.contains(where: { text.contains($0) }) { return true }
    end.removeFirst(max(end.count - overlap, 0))
    return false
  }
}

/// Looks for the texts that end an answer while it grows, in time that is linear in its length.
///
/// A stop may begin or end inside a token, and a character may be several tokens; so the ids are decoded together. Only a
/// window of the newest is decoded again: one whose text was seen to be the end of the text of a longer window, and which
/// is longer than any stop.
struct StopTextSearch {
  /// What the first tokens of a window may decode to otherwise than behind others, in bytes: a space that goes.
  private static let unsure = 64

  private let stops: [[UInt8]]
  private let longest: Int
  private let decode: ([Int32]) throws -> String
  /// The first id of the window.
  private var start = 0

  init(_ stops: [String], decode: @escaping ([Int32]) throws -> String) {
    self.stops = stops.map { Array($0.utf8) }
    longest = stops.map(\.utf8.count).max() ?? 0
    self.decode = decode
  }

  /// Whether a stop stands in the text of `ids`, all of which but the last were asked about before.
  mutating func isFound(in ids: [Int32]) throws -> Bool {
    guard !stops.isEmpty else { return false }
    let text = Array(try decode(Array(ids[start...])).utf8)
    if stops.contains(where: { text.contains($0) }) { return true }
    try shorten(ids, text)
    return false
  }

  /// Moves the window's start to its middle when it has become long, or to the next place before that where a window's
  /// text is the end of this one's: not inside a character.
  private mutating func shorten(_ ids: [Int32], _ text: [UInt8]) throws {
    let room = longest + 2 * Self.unsure
    guard ids.count - start >= 2 * room else { return }
    for first in ((ids.count - room - 8)...(ids.count - room)).reversed() where first > start {
      let shorter = Array(try decode(Array(ids[first...])).utf8)
      guard shorter.count >= room,
        text.suffix(shorter.count - Self.unsure).elementsEqual(shorter.dropFirst(Self.unsure)),
        text.count >= shorter.count
      else { continue }
      start = first
      return
    }
  }
}

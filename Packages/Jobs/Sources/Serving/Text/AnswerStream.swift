import Evaluations
import Foundation
import Tokenization

/// The text of an answer while it grows: without special tokens, up to the first stop text, and no further than what no
/// stop text can still begin in.
struct AnswerStream {
  private let tokenizer: any Tokenizer
  private let stops: [[UInt8]]
  private var texts: TokenTexts
  /// The text so far that is not given, since a stop text may begin in it.
  private var held: [UInt8] = []
  /// The stop text that ended the answer.
  private(set) var stop: String?

  init(_ tokenizer: any Tokenizer, stopTexts: [String]) {
    self.tokenizer = tokenizer
    texts = TokenTexts(tokenizer)
    stops = stopTexts.filter { !$0.isEmpty }.map { Array($0.utf8) }
  }

  /// The text that an id adds and that is final.
  mutating func add(_ id: Int32) throws(TokenizerError) -> String {
    guard stop == nil, !tokenizer.isSpecial(id) else { return "" }
    held += try texts.next(id).utf8
    return give()
  }

  /// What is left at the answer's end.
  mutating func finish() -> String {
    guard stop == nil else { return "" }
    held += texts.unfinished.utf8
    let text = give()
    guard stop == nil else { return text }
    defer { held = [] }
    return text + String(decoding: held, as: UTF8.self)
  }

  private mutating func give() -> String {
    let found = stops.compactMap { stop in
      held.firstRange(of: stop).map { (start: $0.lowerBound, text: stop) }
    }
    if let first = found.min(by: { $0.start < $1.start }) {
      stop = String(decoding: first.text, as: UTF8.self)
      defer { held = [] }
      return String(decoding: held[..<first.start], as: UTF8.self)
    }
    // A stop text may begin at any of the last bytes.
    let kept =
      stops.map { stop in
        (1..<max(stop.count, 1)).last { $0 <= held.count && held.suffix($0).elementsEqual(stop.prefix($0)) }
          ?? 0
      }.max() ?? 0
    defer { held = Array(held.suffix(kept)) }
    return String(decoding: held.dropLast(kept), as: UTF8.self)
  }
}

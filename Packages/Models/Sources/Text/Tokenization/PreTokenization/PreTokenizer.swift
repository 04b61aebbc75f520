/// Cuts a text into the pieces that the model turns into tokens, each by itself.
struct PreTokenizer: Sendable {
  /// What becomes of the matches of a pattern, as Hugging Face's library names it.
  enum Behavior: String, Sendable, CaseIterable {
    case removed = "Removed"
    case isolated = "Isolated"
    case contiguous = "Contiguous"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
  }

  /// When a mark goes before a text that does not begin with it.
  enum Prefix: String, Sendable { case always, first, never }

  enum Step: Sendable {
    /// One of the expressions that cut a text without a rest.
    case pattern(PreTokenPattern)
    /// Numbers are cut out, whole or digit by digit.
    case digits(oneByOne: Bool)
    /// A space goes before a span that does not begin with one.
    case leadingSpace
    case split(TextPattern, Behavior, isInverted: Bool)
    /// Spaces become a mark, and each mark may begin a piece.
    case metaspace(mark: [UInt8], prefix: Prefix, splits: Bool)
  }

  var steps: [Step] = []

  /// Calls `body` with each piece of `bytes[range]`, in order: a range of these bytes, or of changed ones.
  ///
  /// - Parameter isFirst: Whether the range begins where the whole text does.
  func pieces(of bytes: [UInt8], in range: Range<Int>, isFirst: Bool, _ body: ([UInt8], Range<Int>) -> Void) {
    cut(bytes, range, isFirst, steps[...], body)
  }

  private func cut(
    _ bytes: [UInt8], _ range: Range<Int>, _ isFirst: Bool, _ steps: ArraySlice<Step>,
    _ body: ([UInt8], Range<Int>) -> Void
  ) {
    guard !range.isEmpty else { return }
    guard let step = steps.first else { return body(bytes, range) }
    let rest = steps.dropFirst()
    func next(_ piece: Range<Int>) {
      rest.isEmpty
        ? body(bytes, piece) : cut(bytes, piece, isFirst && piece.lowerBound == range.lowerBound, rest, body)
    }
    switch step {
    case .pattern(let pattern):
      let text = PreTokenScanner(bytes, end: range.upperBound)
      var position = range.lowerBound
      while position < range.upperBound {
        let end = pattern.end(in: text, from: position)
        next(position..<end)
        position = end
      }
    case .digits(let oneByOne):
      digits(bytes, range, oneByOne, next)
    case .leadingSpace:
      guard bytes[range.lowerBound] != UInt8(ascii: " ") else {
        return cut(bytes, range, isFirst, rest, body)
      }
      let spaced = [UInt8(ascii: " ")] + bytes[range]
      cut(spaced, spaced.indices, isFirst, rest, body)
    case .split(let pattern, let behavior, let isInverted):
      for piece in Self.split(bytes, range, pattern, behavior, isInverted) where !piece.isEmpty {
        next(piece)
      }
    case .metaspace(let mark, let prefix, let splits):
      let marked = Self.marked(
        bytes, range, mark, isPrefixed: prefix == .always || prefix == .first && isFirst)
      guard splits else { return cut(marked, marked.indices, isFirst, rest, body) }
      var start = 0
      while start < marked.count {
        let end = TextPattern.literal(mark).match(in: marked, from: start + 1, to: marked.count)?.lowerBound
        cut(marked, start..<(end ?? marked.count), isFirst && start == 0, rest, body)
        start = end ?? marked.count
      }
    }
  }

  private func digits(_ bytes: [UInt8], _ range: Range<Int>, _ oneByOne: Bool, _ next: (Range<Int>) -> Void) {
    let text = PreTokenScanner(bytes, end: range.upperBound)
    var (start, position) = (range.lowerBound, range.lowerBound)
    while position < range.upperBound {
      let (found, after) = text.character(at: position)
      guard found.meets(.digit) else {
        position = after
        continue
      }
      if start < position { next(start..<position) }
      start = oneByOne ? after : text.run(of: .digit, from: after)
      next(position..<start)
      position = start
    }
    if start < position { next(start..<position) }
  }

  private static func marked(_ bytes: [UInt8], _ range: Range<Int>, _ mark: [UInt8], isPrefixed: Bool)
    -> [UInt8]
  {
    var marked: [UInt8] = []
    marked.reserveCapacity(range.count + range.count / 2 + mark.count)
    for byte in bytes[range] {
      if byte == UInt8(ascii: " ") { marked += mark } else { marked.append(byte) }
    }
    return isPrefixed && !marked.starts(with: mark) ? mark + marked : marked
  }

  /// The definition of the behaviours: spans that match and spans that do not, joined as asked for.
  static func split(
    _ bytes: [UInt8], _ range: Range<Int>, _ pattern: TextPattern, _ behavior: Behavior, _ isInverted: Bool
  ) -> [Range<Int>] {
    var spans: [(range: Range<Int>, isMatch: Bool)] = []
    var position = range.lowerBound
    while let match = pattern.match(in: bytes, from: position, to: range.upperBound) {
      if match.lowerBound > position { spans.append((position..<match.lowerBound, isInverted)) }
      spans.append((match, !isInverted))
      position = match.upperBound
    }
    if position < range.upperBound { spans.append((position..<range.upperBound, isInverted)) }
    var pieces: [Range<Int>] = []
    var wasMatch = false
    switch behavior {
    case .removed: return spans.filter { !$0.isMatch }.map(\.range)
    case .isolated: return spans.map(\.range)
    case .contiguous, .mergedWithPrevious:
      for (span, isMatch) in spans {
        let joins = behavior == .contiguous ? isMatch == wasMatch : isMatch && !wasMatch
        if joins, let last = pieces.popLast() {
          pieces.append(last.lowerBound..<span.upperBound)
        } else {
          pieces.append(span)
        }
        wasMatch = isMatch
      }
      return pieces
    case .mergedWithNext:
      for (span, isMatch) in spans.reversed() {
        if isMatch, !wasMatch, let last = pieces.popLast() {
          pieces.append(span.lowerBound..<last.upperBound)
        } else {
          pieces.append(span)
        }
        wasMatch = isMatch
      }
      return pieces.reversed()
    }
  }
}

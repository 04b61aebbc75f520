/// The regular expressions that cut a text into pieces, each as a scanner written by hand.
///
/// Every pattern matches at every position, so a text falls into pieces without a rest.
enum PreTokenPattern: String, Sendable, CaseIterable {
  case gpt2, llama3, qwen2, cl100k, o200k

  /// The definition, which the scanner is tested against.
  var regularExpression: String {
    switch self {
    case .gpt2: #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
    case .llama3: Self.words + #"\p{N}{1,3}"# + Self.rest
    case .qwen2: Self.words + #"\p{N}"# + Self.rest
    case .cl100k:
      #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"#
    case .o200k:
      #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"#
        + #"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"#
        + #"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    }
  }

  private static let words = #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"#
  private static let rest = #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

  /// The pattern that a tokenizer's file writes out.
  init?(regularExpression: String) {
    guard let pattern = Self.allCases.first(where: { $0.regularExpression == regularExpression }) else {
      return nil
    }
    self = pattern
  }

  /// Where the piece that begins at `position` ends.
  ///
  /// - Precondition: `position` lies before the scanner's end.
  func end(in text: PreTokenScanner, from position: Int) -> Int {
    switch self {
    case .gpt2: text.gpt2Piece(at: position)
    case .llama3: text.wordPiece(at: position, digits: 3, keepsTrailingSpace: false)
    case .qwen2: text.wordPiece(at: position, digits: 1, keepsTrailingSpace: false)
    case .cl100k: text.wordPiece(at: position, digits: 3, keepsTrailingSpace: true)
    case .o200k: text.casedPiece(at: position)
    }
  }
}

extension PreTokenScanner {
  /// GPT-2: a word, a number or other signs, each with the space before it.
  func gpt2Piece(at position: Int) -> Int {
    if let end = contraction(at: position, ignoringCase: false) { return end }
    let start = isByte(" ", at: position) ? position + 1 : position
    let (found, next) = character(at: start)
    let kind = found.intersection([.letter, .number, .other])
    return kind.isEmpty ? space(at: position) : run(of: kind, from: next)
  }

  /// cl100k and its heirs: a word may have any sign before it, numbers come in groups, line ends stay with signs.
  ///
  /// - Parameters:
  ///   - digits: How many digits make a piece at most.
  ///   - keepsTrailingSpace: Whether white space at the end is one piece, line ends or not.
  func wordPiece(at position: Int, digits: Int, keepsTrailingSpace: Bool) -> Int {
    if let end = contraction(at: position, ignoringCase: true) { return end }
    let (found, next) = character(at: position)
    if found.meets(.letter) { return run(of: .letter, from: next) }
    if found.meets([.space, .other]), !found.meets(.newline) {
      let end = run(of: .letter, from: next)
      if end > next { return end }
    }
    if found.meets(.number) { return run(of: .number, from: position, atMost: digits) }
    if let signs = signs(at: position) { return run(of: .newline, from: signs) }
    return spacePiece(at: position, keepsTrailingSpace: keepsTrailingSpace)
  }

  /// o200k: as ``wordPiece(at:digits:keepsTrailingSpace:)``, and a word is capitals first, small letters then.
  func casedPiece(at position: Int) -> Int {
    let (found, next) = character(at: position)
    let afterSign = found.meets([.space, .other]) && !found.meets(.newline) ? next : nil
    let word =
      afterSign.flatMap(smallWord) ?? smallWord(at: position) ?? afterSign.flatMap(capitals)
      ?? capitals(at: position)
    if let word { return contraction(at: word, ignoringCase: true) ?? word }
    if found.meets(.number) { return run(of: .number, from: position, atMost: 3) }
    if let signs = signs(at: position) {
      var end = signs
      while isByte("/", at: end) || isByte("\r", at: end) || isByte("\n", at: end) { end += 1 }
      return end
    }
    return spacePiece(at: position, keepsTrailingSpace: false)
  }

  /// ` ?[^\s\p{L}\p{N}]+`
  private func signs(at position: Int) -> Int? {
    let start = isByte(" ", at: position) ? position + 1 : position
    let end = run(of: .other, from: start)
    return end > start ? end : nil
  }

  private func spacePiece(at position: Int, keepsTrailingSpace: Bool) -> Int {
    if keepsTrailingSpace, run(of: .space, from: position) == end { return end }
    return lineEnds(at: position) ?? space(at: position)
  }

  /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+`: the capitals give back what must be small.
  private func smallWord(at start: Int) -> Int? {
    let capitals = run(of: .upper, from: start)
    let end = run(of: .lower, from: capitals)
    if end > capitals { return end }
    var last = capitals
    while last > start {
      let before = self.start(before: last)
      if character(at: before).class.meets(.lower) { return last }
      last = before
    }
    return nil
  }

  /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*`
  private func capitals(at start: Int) -> Int? {
    let end = run(of: .upper, from: start)
    return end > start ? run(of: .lower, from: end) : nil
  }
}

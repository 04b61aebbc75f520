/// Random texts from all corners of Unicode: combining marks, Hangul, emoji, controls, white space, long runs, names of
/// special tokens. The same seed gives the same texts.
struct UnicodeText: Sequence, IteratorProtocol {
  private static let all = (0...0x10FFFF as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init)
  private static let assigned = all.filter {
    $0.properties.age != nil && $0.properties.generalCategory != .privateUse
  }
  private static let marks = assigned.filter { $0.properties.canonicalCombiningClass != .notReordered }
  private static let spaces = assigned.filter(\.properties.isWhitespace)
  private static let letters = assigned.filter { $0.value < 0x590 && $0.properties.isAlphabetic }
  private static let edges: [Unicode.Scalar] = [
    "\u{D7FF}", "\u{E000}", "\u{FFFD}", "\u{FFFE}", "\u{FFFF}", "\u{10000}", "\u{1FFFF}", "\u{10FFFF}",
    "\u{F8FF}", "\u{FEFF}", "\u{0}", "\u{7F}", "\u{80}", "\u{7FF}", "\u{800}", "\u{200B}", "\u{200C}",
    "\u{200D}", "\u{2028}", "\u{2060}", "\u{AD}",
  ]
  private static let words = [
    "the", "The", " and", "ing", " of", "don't", "I'LL", "'s", "'ſ", "x = y;", "    ", "\n\n", "\r\n", "\t",
    "123", "3.14", "...", "!?",
    "<|endoftext|>", "<|im_start|>", "<s>", "</s>", "<unk>", "<mask>", " <mask> ", "<pad>", "key", "a b",
    "<0x41>", "<0xFF>",
    "▁", "▁▁", "▁the", "Ġthe", "é", "e\u{301}", "한국어", "\u{1112}\u{1161}\u{11AB}", "中文", "日本語", "👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽",
    "🇩🇪", "नमस्ते",
    "العربية", "ไทย", "Привет", "ǅ", "²", "½", "٣٤", "Ⅷ", "ｆｕｌｌ", "ﬁ", "ß", "İ", "\u{1E9B}\u{323}",
    "\u{212B}", "q", "  q ",
  ]

  private var state: UInt64
  private var left: Int

  init(count: Int, seed: UInt64 = 1) {
    left = count
    state = seed
  }

  mutating func next() -> String? {
    guard left > 0 else { return nil }
    left -= 1
    var text = ""
    for _ in 0...draw(16) { add(to: &text) }
    return text
  }

  private mutating func add(to text: inout String) {
    switch draw(16) {
    case 0...4: text += Self.words[draw(Self.words.count)]
    case 5: text.unicodeScalars.append(pick(Self.assigned))
    case 6: text.unicodeScalars.append(pick(draw(4) == 0 ? Self.all : Self.assigned))
    case 7: text.unicodeScalars.append(Unicode.Scalar(UInt8(draw(128))))
    case 8: for _ in 0...draw(3) { text.unicodeScalars.append(pick(Self.letters)) }
    case 9:
      text.unicodeScalars.append(pick(Self.letters))
      for _ in 0...draw(4) { text.unicodeScalars.append(pick(Self.marks)) }
    case 10: for _ in 0...draw(3) { text.unicodeScalars.append(pick(Self.spaces)) }
    case 11: text.unicodeScalars.append(pick(Self.edges))
    case 12:  // letters of Hangul, some of which make syllables
      for _ in 0...draw(4) { text.unicodeScalars.append(Unicode.Scalar(UInt32(0x1100 + draw(0x100))) ?? "x") }
    case 13: text.unicodeScalars.append(Unicode.Scalar(UInt32(0xAC00 + draw(11172))) ?? "x")
    case 14: for _ in 0...draw(6) { text.unicodeScalars.append(Unicode.Scalar(UInt8(97 + draw(26)))) }
    default:
      guard draw(8) == 0 else {
        text += " "
        return
      }
      text += String(repeating: Self.words[draw(Self.words.count)], count: 1 + draw(60))
    }
  }

  private mutating func pick(_ scalars: [Unicode.Scalar]) -> Unicode.Scalar { scalars[draw(scalars.count)] }

  private mutating func draw(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }
}

/// Texts that are hard on a tokenizer, the same as `Tools/make-references/tokenizers_ids.py` draws.
struct RandomText: Sequence, IteratorProtocol {
  static let alphabet = [
    " ", "  ", "\n", "\r", "\t", "'s", "'LL", "'", "’", "ſ", "a", "re", "Z", "The", "ing", "é", "e\u{301}",
    "ß", "ǅ", "ʰ",
    "中", "文", "か", "ж", "Я", "א", "1", "23", "²", "½", "٣", "!", "/", "...", "<|", "|>", "🦙", "\u{200d}",
    "\u{a0}",
    "\u{3000}", "\u{85}", "\u{200b}", "\0", "\u{1c}", "_", "\u{1d7d9}", "\u{20000}", "\u{b95}\u{bbe}",
  ]

  private var state: UInt64 = 1
  private var left: Int

  init(count: Int) { left = count }

  mutating func next() -> String? {
    guard left > 0 else { return nil }
    left -= 1
    return (0...draw(24)).map { _ in Self.alphabet[draw(Self.alphabet.count)] }.joined()
  }

  private mutating func draw(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }
}

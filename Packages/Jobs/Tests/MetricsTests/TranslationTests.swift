import Metrics
import TensorCore
import Testing

/// The numbers are those of sacrebleu 2 and of Google's rouge_score.
@Suite("Scores of translations")
struct TranslationTests {
  private static let pairs: [(String, String)] = [
    ("The cat sat on the mat .", "The cat is sitting on the mat."),
    ("It costs 1,234.50 euros - or so.", "It costs 1,234.5 euros, or so!"),
    ("on the hill the old house stands", "the old house stands on the hill"),
    ("Il n'y a pas d'autre chemin.", "Il n'y a aucun autre chemin que l’autre."),
    ("你好，世界！今天天气很好。", "你好世界！今天的天气不错。"),
    ("", "an empty answer"),
    ("&quot;quoted&quot; &amp; more", "\"quoted\" & more"),
    ("Ärger über Größe 5€", "Ärger über die Größe von 5 €"),
    ("one", "one"),
    ("a b c d e f g h i j", "j i h g f e d c b a"),
    ("state-of-the-art 3-4 results (2020)", "State of the art 3 - 4 results [2020]"),
    ("नमस्ते दुनिया, आप कैसे हैं?", "नमस्ते दुनिया। तुम कैसे हो?"),
  ]
  private static let segments = pairs.map { (hypothesis: $0.0, references: [$0.1]) }
  private static let doubled = pairs.map { (hypothesis: $0.0, references: [$0.1, $0.1.lowercased()]) }

  /// Sums of logarithms of quotients: a few ulp of a number below 100.
  private func isNear(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) <= 1e-11 }

  @Test(
    "BLEU with each tokenizer is sacrebleu's",
    arguments: [
      ("none", 13.074070754094027), ("13a", 26.80318939418573), ("intl", 20.193809745093166),
      ("char", 58.095211365848286), ("zh", 23.219647354885268),
    ])
  func bleu(name: String, expected: Double) throws {
    let tokenizer = try #require(SegmentTokenizer(rawValue: name))
    #expect(isNear(BLEU(tokenizer)(Self.segments), expected))
  }

  @Test("chrF, chrF++ and TER are sacrebleu's, with one reference and with two")
  func others() {
    #expect(isNear(CharacterF()(Self.segments), 52.1404582798728))
    #expect(isNear(CharacterF(wordOrder: 2)(Self.segments), 49.37866185532457))
    #expect(isNear(EditRate()(Self.segments), 65.67164179104478))
    #expect(isNear(BLEU()(Self.doubled), 26.80318939418573))
    #expect(isNear(CharacterF()(Self.doubled), 52.54518769245651))
    #expect(isNear(EditRate()(Self.doubled), 65.67164179104478))
  }

  @Test("TER of sixty random texts with many shifts is sacrebleu's")
  func shifts() {
    var random = PythonRandom(seed: 7)
    let words = ["a", "b", "c", "d", "e", "f", "g"]
    let own = (0..<60).map { _ in random.choices(words, count: random.below(31)).joined(separator: " ") }
    let other = (0..<60).map { _ in random.choices(words, count: 1 + random.below(30)).joined(separator: " ")
    }
    let segments = zip(own, other).map { (hypothesis: $0, references: [$1]) }
    #expect(isNear(EditRate()(segments), 101.23180291153415))
    #expect(isNear(BLEU()(segments), 3.9555114111383687))
  }

  @Test("ROUGE is rouge_score's")
  func rouge() {
    let answer = "The old house stood on the hill.\nIts 3 doors were closed.\nNobody came."
    let reference = "On the hill stood an old house.\nNobody came to its doors."
    #expect(Rouge.n(1, answer, reference) == 0.7692307692307692)
    #expect(Rouge.n(2, answer, reference) == 0.33333333333333337)
    #expect(Rouge.longest(answer, reference) == 0.3846153846153846)
    #expect(Rouge.longestOfLines(answer, reference) == 0.5384615384615384)
  }
}

@Suite("Scores of short answers")
struct AnswerTests {
  /// The numbers are those of lm-evaluation-harness 0.4.13's DROP.
  @Test(
    "Spans are compared as DROP compares them",
    arguments: [
      (["5 yards", "the Bears"], ["Bears", "5.0 yard"], 0.0, 0.75), (["twenty-five"], ["25"], 0, 0),
      (["3.0"], ["3"], 1, 1), (["1,000 men"], ["1000 men"], 1, 1), (["a"], ["the an"], 1, 1),
      (["x y z", "q"], ["x y", "z q", "w"], 0, 0.49),
    ])
  func spans(answer: [String], reference: [String], exact: Double, f1: Double) {
    let score = SpanScore(answer, reference)
    #expect(score.exact == exact)
    #expect(score.f1 == f1)
  }

  @Test("Answers are equal without case, punctuation and articles")
  func squad() {
    #expect(AnswerWords.areEqual("The  Eiffel Tower!", "eiffel tower"))
    #expect(!AnswerWords.areEqual("another", "other"))
    #expect(AnswerWords.f1("the tower of Paris", "Eiffel tower") == 2 * (1.0 / 3) * 0.5 / (1.0 / 3 + 0.5))
    #expect(AnswerWords.f1("the", "a") == 1)
    #expect(AnswerWords.f1("", "x") == 0)
  }
}

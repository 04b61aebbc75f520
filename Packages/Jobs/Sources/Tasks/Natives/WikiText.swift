import Evaluations
import Templating

/// WikiText's pages as they were before they were cut into tokens.
///
/// - Source: lm-evaluation-harness 0.4.13, `preprocess_wikitext.py`.
enum WikiText {
  private enum Step {
    case text(String, String)
    case pattern(String, String)
  }

  private static let steps: [Step] = [
    .text("s '", "s'"), .pattern(#"/' [0-9]/"#, "/'[0-9]/"),
    .text(" @-@ ", "-"), .text(" @,@ ", ","), .text(" @.@ ", "."),
    .text(" : ", ": "), .text(" ; ", "; "), .text(" . ", ". "), .text(" ! ", "! "), .text(" ? ", "? "),
    .text(" , ", ", "),
    .pattern(#"\(\s*([^\)]*?)\s*\)"#, #"(\1)"#), .pattern(#"\[\s*([^\]]*?)\s*\]"#, #"[\1]"#),
    .pattern(#"{\s*([^}]*?)\s*}"#, #"{\1}"#), .pattern(#"\"\s*([^\"]*?)\s*\""#, #""\1""#),
    .pattern(#"'\s*([^']*?)\s*'"#, #"'\1'"#),
    .text("= = = =", "===="), .text("= = =", "==="), .text("= =", "=="), .text(" \u{B0} ", "\u{B0}"),
    .text(" \n", "\n"), .text("\n ", "\n"), .text(" N ", " 1 "), .text(" 's", "'s"),
  ]

  static func detokenized(_ document: TemplateDictionary) throws -> TemplateValue {
    .string(try detokenized(document.requiredText("page")))
  }

  static func detokenized(_ page: String) throws -> String {
    try steps.reduce(page) { text, step in
      switch step {
      case .text(let old, let new): PythonText.replaced(text, old, with: new)
      case .pattern(let pattern, let new): try PythonPattern(pattern).replacingMatches(in: text, with: new)
      }
    }
  }

  /// Words and bytes are those of the page as it is, not of the text that is scored.
  static func results(
    _ document: TemplateDictionary, _ answers: FilteredResponses
  ) throws -> [(metric: String, SampleValue.Content)] {
    try results(document.requiredText("page"), answers)
  }

  static func results(
    _ page: String, _ answers: FilteredResponses
  ) throws -> [(metric: String, SampleValue.Content)] {
    guard case .scores(let scores) = answers, let sum = scores.first?.logLikelihood else { return [] }
    let words = Double(page.whitespaceSeparatedCount)
    let bytes = Double(page.utf8.count)
    return [
      ("word_perplexity", .ratio(sum, over: words)), ("byte_perplexity", .ratio(sum, over: bytes)),
      ("bits_per_byte", .ratio(sum, over: bytes)),
    ]
  }
}

internal import Foundation

/// The removal of spaces that `clean_up_tokenization_spaces` of a `tokenizer_config.json` asks for.
///
/// - Source: transformers 5.24, `PreTrainedTokenizerBase.clean_up_tokenization`.
enum SpaceCleaning {
  /// What becomes what, one after the other through the whole text.
  private static let replacements = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
    (" 's", "'s"),
    (" 've", "'ve"), (" 're", "'re"),
  ]

  static func cleaned(_ text: String) -> String {
    replacements.reduce(text) { text, pair in
      text.replacingOccurrences(of: pair.0, with: pair.1, options: .literal)
    }
  }
}

/// The versions of Unicode by which Hugging Face's library cuts and composes. A model was trained on what they gave, and ids
/// must not move when Swift's standard library learns a newer one.
enum UnicodeVersion: Int {
  /// Normal form C: the crate `unicode-normalization-alignments` 0.1.12. Marks of Unicode 10 and later keep their place.
  case normalForm = 9
  /// The classes of regular expressions: Oniguruma 6.9.10, and `regex-syntax` 0.8, which tiktoken uses.
  case classes = 16
  /// What the pre-tokenizer Digits takes for a number: Rust's own `char::is_numeric`.
  case digits = 17
}

extension Unicode.Scalar {
  /// Whether the character is one in `version`.
  func isAssigned(in version: UnicodeVersion) -> Bool {
    properties.age.map { $0.major <= version.rawValue } ?? false
  }
}

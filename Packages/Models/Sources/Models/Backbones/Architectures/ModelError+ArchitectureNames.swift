import Basics

extension ModelError {
  /// The refusal of an architecture's name.
  ///
  /// A name is taken for a misspelt one only where it can mean nothing else: one letter away, no architecture that
  /// `transformers` knows, and of the same numbers. The nearest name of another architecture would lead to a model that
  /// loads and computes something else.
  static func unknownArchitecture(_ name: String, among known: [String], path: String) -> ModelError {
    let near =
      transformersTypes.contains(name)
      ? []
      : known.filter { digits(of: $0) == digits(of: name) && editDistance(from: name, to: $0) == 1 }
    // A misspelling of two names means neither.
    let nearest = near.count == 1 ? near[0] : nil
    return ModelError(.unknownArchitecture(name, nearest: nearest, known: known), path: path)
  }

  private static func digits(of name: String) -> [Character] { name.filter(\.isNumber).map(\.self) }
}

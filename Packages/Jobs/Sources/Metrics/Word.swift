import Templating

/// A word that equals another one by its code points, as in Python; Swift's texts are equal where they look the same.
public struct Word: Sendable, Hashable, Comparable {
  public let text: String

  public init(_ text: some StringProtocol) { self.text = String(text) }

  init(_ scalars: some Sequence<Unicode.Scalar>) {
    text = String(String.UnicodeScalarView(scalars))
  }

  public static func == (a: Word, b: Word) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }
  public static func < (a: Word, b: Word) -> Bool { a.text.utf8.lexicographicallyPrecedes(b.text.utf8) }
  public func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
    hasher.combine(0xFF as UInt8)
  }
}

/// `str.split()`: at white space, without empty words.
func words(_ text: String) -> [Word] {
  PythonText.words(text).map { Word($0) }
}

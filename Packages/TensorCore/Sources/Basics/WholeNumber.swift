extension Double {
  /// The number that a whole text is; the standard library's own conversion takes what stands before a zero byte for all of it.
  public init?(whole text: some StringProtocol) {
    guard !text.utf8.contains(0) else { return nil }
    self.init(text)
  }
}

extension String {
  /// The text as a terminal may have it: characters that it would obey stand as their numbers, as in `\u{1b}[2J`.
  ///
  /// Those are the control characters, and the ones that turn the direction of a line.
  ///
  /// - Parameter kept: Characters that stay, such as the end of a line.
  public func printable(keeping kept: String = "") -> String {
    func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar.value {
      case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: !kept.unicodeScalars.contains(scalar)
      default: false
      }
    }
    guard unicodeScalars.contains(where: isObeyed) else { return self }
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if isObeyed(scalar) {
        result.append(contentsOf: scalar.escaped(asASCII: true).unicodeScalars)
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }
}

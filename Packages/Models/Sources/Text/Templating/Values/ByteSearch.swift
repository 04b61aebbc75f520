/// Looks for one string of bytes in others, in time that grows with their lengths and not with the product.
///
/// - Source: Knuth, Morris and Pratt 1977, *Fast Pattern Matching in Strings*, for needles of more than 32 bytes.
struct ByteSearch {
  private let needle: [UInt8]
  /// By length of a match so far: the length of its longest end that also begins the needle.
  private let fallbacks: [Int]

  init(_ needle: [UInt8]) {
    self.needle = needle
    fallbacks = needle.count > 32 ? Self.fallbacks(of: needle) : []
  }

  var count: Int { needle.count }

  /// The first place at or after `start` where the needle stands in `bytes`.
  func first(in bytes: [UInt8], from start: Int) -> Int? {
    guard needle.count <= bytes.count - start else { return nil }
    guard let first = needle.first else { return start }
    if !fallbacks.isEmpty { return search(bytes, from: start) }
    var index = start
    while index <= bytes.count - needle.count {
      if bytes[index] == first, bytes[index..<(index + needle.count)].elementsEqual(needle) { return index }
      index += 1
    }
    return nil
  }

  private func search(_ bytes: [UInt8], from start: Int) -> Int? {
    var matched = 0
    for index in start..<bytes.count {
      while matched > 0, needle[matched] != bytes[index] { matched = fallbacks[matched - 1] }
      if needle[matched] == bytes[index] { matched += 1 }
      if matched == needle.count { return index + 1 - matched }
    }
    return nil
  }

  private static func fallbacks(of needle: [UInt8]) -> [Int] {
    var fallbacks = [Int](repeating: 0, count: needle.count)
    var matched = 0
    for index in 1..<needle.count {
      while matched > 0, needle[matched] != needle[index] { matched = fallbacks[matched - 1] }
      if needle[matched] == needle[index] { matched += 1 }
      fallbacks[index] = matched
    }
    return fallbacks
  }
}

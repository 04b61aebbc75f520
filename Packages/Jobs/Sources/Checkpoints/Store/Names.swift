/// Whether a part of a path names a file or directory that listings show: not empty, not hidden, not `..`.
func isPlainName(_ name: Substring) -> Bool {
  !name.isEmpty && !name.hasPrefix(".") && !name.contains("/") && !name.contains("\0")
}

/// Order of names in which runs of digits count as numbers; the same everywhere, unlike a locale's.
func naturallyPrecedes(_ first: String, _ second: String) -> Bool {
  var (a, b) = (Array(first.utf8)[...], Array(second.utf8)[...])
  while let x = a.first, let y = b.first {
    if isDigit(x), isDigit(y) {
      let (m, n) = (a.prefix(while: isDigit), b.prefix(while: isDigit))
      let (p, q) = (m.drop { $0 == 0x30 }, n.drop { $0 == 0x30 })
      if p.count != q.count { return p.count < q.count }
      if !p.elementsEqual(q) { return p.lexicographicallyPrecedes(q) }
      (a, b) = (a.dropFirst(m.count), b.dropFirst(n.count))
    } else {
      if x != y { return x < y }
      (a, b) = (a.dropFirst(), b.dropFirst())
    }
  }
  if a.count != b.count { return a.count < b.count }
  return first.utf8.lexicographicallyPrecedes(second.utf8)  // 07 and 7
}

private func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }

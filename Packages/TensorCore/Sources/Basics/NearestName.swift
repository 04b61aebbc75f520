/// Names as a sentence lists them: `'a', 'b'`.
public func quotedList(_ names: some Sequence<String>, separator: String = ", ") -> String {
  names.map { "'\($0)'" }.joined(separator: separator)
}

/// The name closest to a misspelt one, for "did you mean" sentences.
///
/// Distance counts inserted, deleted, replaced and swapped characters (Damerau's optimal string alignment). A name
/// also matches by its last components, so that `n_layers` finds `architecture/n_layers`.
///
/// - Returns: `nil` if nothing is near: more than a third of the letters, and more than two, would have to change; and for
///   a name of more than 100 bytes, since a distance costs the product of the lengths. Of equally near names, the first.
public func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
  guard name.utf8.count <= 100 else { return nil }
  let letters = Array(name.unicodeScalars)
  let depth = name.split(separator: "/", omittingEmptySubsequences: false).count
  var best: String?
  // Nothing farther is of use, so that most of many thousand names are left by their lengths.
  var limit = max(2, letters.count / 3)
  for candidate in candidates where limit >= 0 {
    var distance = editDistance(letters, candidate.unicodeScalars, atMost: limit)
    if candidate.utf8.contains(UInt8(ascii: "/")) {
      let parts = candidate.split(separator: "/")
      if parts.count > depth {
        let tail = parts.suffix(depth).joined(separator: "/")
        distance = min(distance, editDistance(letters, tail.unicodeScalars, atMost: limit - 1) + 1)
      }
    }
    if distance <= limit { (best, limit) = (candidate, distance - 1) }
  }
  return best
}

/// The `; did you mean '…'?` that ends an error's sentence, or nothing where no name is near.
public func suggestion(for name: String, among candidates: some Sequence<String>) -> String {
  suggestion(nearestName(to: name, among: candidates))
}

/// The `; did you mean '…'?` of a name that was found to be near, or nothing.
public func suggestion(_ nearest: String?) -> String {
  nearest.map { "; did you mean '\($0)'?" } ?? ""
}

/// How many characters would have to be inserted, deleted, replaced or swapped.
public func editDistance(from name: String, to other: String) -> Int {
  editDistance(Array(name.unicodeScalars), other.unicodeScalars, atMost: .max - 1)
}

/// - Returns: Some number above `limit` where the distance is.
private func editDistance(
  _ first: [Unicode.Scalar], _ other: String.UnicodeScalarView, atMost limit: Int
) -> Int {
  guard abs(first.count - other.count) <= limit else { return limit + 1 }
  let second = Array(other)
  var beforePrevious: [Int] = []
  var previous = Array(0...second.count)
  for row in first.indices {
    var current = [row + 1]
    current.reserveCapacity(second.count + 1)
    for column in second.indices {
      var cost = previous[column] + (first[row] == second[column] ? 0 : 1)
      cost = min(cost, previous[column + 1] + 1, current[column] + 1)
      if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
        cost = min(cost, beforePrevious[column - 1] + 1)
      }
      current.append(cost)
    }
    // What follows is never less than the least of two rows.
    guard min(current.min()!, previous.min()!) <= limit else { return limit + 1 }
    (beforePrevious, previous) = (previous, current)
  }
  return previous[second.count]
}

/// The name closest to a misspelt one, for "did you mean" sentences.
///
/// Distance counts inserted, deleted, replaced and swapped characters (Damerau's optimal string alignment). A name
/// also matches by its last components, so that `n_layers` finds `architecture/n_layers`.
///
/// - Returns: `nil` if nothing is near: more than a third of the letters, and more than two, would have to change. Of
///   equally near names, the first.
public func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
  let letters = Array(name.unicodeScalars)
  let depth = name.split(separator: "/", omittingEmptySubsequences: false).count
  var best: (name: String, distance: Int)?
  for candidate in candidates {
    var distance = editDistance(letters, Array(candidate.unicodeScalars))
    let parts = candidate.split(separator: "/")
    if parts.count > depth {
      let tail = parts.suffix(depth).joined(separator: "/")
      distance = min(distance, editDistance(letters, Array(tail.unicodeScalars)) + 1)
    }
    if distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  guard let best, best.distance <= max(2, letters.count / 3) else { return nil }
  return best.name
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
  editDistance(Array(name.unicodeScalars), Array(other.unicodeScalars))
}

private func editDistance(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
  var beforePrevious: [Int] = []
  var previous = Array(0...second.count)
  for row in first.indices {
    var current = [row + 1]
    for column in second.indices {
      var cost = previous[column] + (first[row] == second[column] ? 0 : 1)
      cost = min(cost, previous[column + 1] + 1, current[column] + 1)
      if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
        cost = min(cost, beforePrevious[column - 1] + 1)
      }
      current.append(cost)
    }
    (beforePrevious, previous) = (previous, current)
  }
  return previous[second.count]
}

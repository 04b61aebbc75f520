/// The candidate that takes the fewest edits to become `name`, or `nil` if none is near: more than a third of it.
func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
  let wanted = Array(name.utf8)
  var best: (name: String, distance: Int)?
  for candidate in candidates {
    let distance = editDistance(wanted, Array(candidate.utf8))
    if distance < best?.distance ?? (wanted.count / 3 + 2) { best = (candidate, distance) }
  }
  return best?.name
}

/// The `; did you mean '…'?` of an error sentence, or nothing.
func suggestion(for name: String, among candidates: some Sequence<String>) -> String {
  nearestName(to: name, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
}

/// Insertions, deletions and replacements that turn one into the other (Levenshtein 1966).
private func editDistance(_ first: [UInt8], _ second: [UInt8]) -> Int {
  var row = Array(0...second.count)
  for (i, byte) in first.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, other) in second.enumerated() {
      let replaced = diagonal + (byte == other ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
    }
  }
  return row[second.count]
}

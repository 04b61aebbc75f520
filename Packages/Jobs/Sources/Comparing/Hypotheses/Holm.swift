/// - Source: Holm 1979.
enum Holm {
  /// p-values so raised that the chance of any false finding among all of them stays what it is for one.
  static func corrected(_ values: [Double?]) -> [Double?] {
    let known = values.indices.filter { values[$0] != nil }.sorted { values[$0] ?? 1 < values[$1] ?? 1 }
    var result = values
    var running = 0.0
    for (rank, index) in known.enumerated() {
      running = max(running, min(1, Double(known.count - rank) * (values[index] ?? 1)))
      result[index] = running
    }
    return result
  }
}

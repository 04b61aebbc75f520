/// Takes ids out of a draw: of their descending order it leaves a beginning.
protocol CandidateFilter {
  func apply(to candidates: inout Candidates)
}

/// Leaves the heaviest, and those that weigh as much as the last of them, as transformers does.
struct TopK: CandidateFilter {
  let count: Int

  func apply(to candidates: inout Candidates) {
    guard let last = candidates.id(at: count - 1).map({ candidates.weights[$0] }) else { return }
    var kept = count
    while let id = candidates.id(at: kept), candidates.weights[id] == last { kept += 1 }
    candidates.keep(first: kept)
  }
}

/// Leaves the fewest whose weights sum to at least a share of all. Of equal ids the lower are left, so that the same ids
/// are left on every machine.
///
/// - Source: Holtzman et al. 2020, *The Curious Case of Neural Text Degeneration*, §3.1.
struct TopP: CandidateFilter {
  let share: Double

  func apply(to candidates: inout Candidates) {
    let threshold = share * candidates.totalWeight
    var sum = 0.0
    var kept = 0
    while kept == 0 || sum < threshold, let id = candidates.id(at: kept) {
      sum += candidates.weights[id]
      kept += 1
    }
    candidates.keep(first: kept)
  }
}

/// Leaves those that weigh at least a share of the heaviest.
///
/// - Source: Nguyen et al. 2024, *Turning Up the Heat: Min-p Sampling*, §3.
struct MinP: CandidateFilter {
  let share: Double

  func apply(to candidates: inout Candidates) {
    guard let least = candidates.id(at: 0).map({ share * candidates.weights[$0] }) else { return }
    var kept = 1
    while let id = candidates.id(at: kept), candidates.weights[id] >= least { kept += 1 }
    candidates.keep(first: kept)
  }
}

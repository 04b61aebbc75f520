import Models
import TensorCore

/// The rows that are unembedded, and the ids whose log-probabilities are read there: each row and each id of
/// it once.
struct TargetBatch {
  private(set) var rows: [Int32] = []
  private(set) var targets = TargetLists(noneFor: 0)
  /// By target of the plan: the row and the id in this batch that hold its score.
  private(set) var sources: [(row: Int, id: Int)] = []
  /// Which targets of the plan are in this batch, as ranges of their indices.
  private var indices: [Range<Int>] = []

  /// Adds a row of which only the most probable id is read.
  mutating func append(row: Int) {
    rows.append(Int32(row))
    targets.offsets.append(Int32(targets.ids.count))
  }

  /// Adds the targets of nodes that a pass holds.
  mutating func append(_ span: Traversal.Span, of plan: Plan) {
    append(plan.targets(of: span.nodes), shift: span.firstRow - span.nodes.lowerBound)
  }

  /// - Parameter shift: From a node of the plan to a row of the pass.
  mutating func append(_ added: ArraySlice<Plan.Target>, shift: Int) {
    guard !added.isEmpty else { return }
    indices.append(added.indices)
    var last: Plan.Target?
    for target in added {
      if target.node != last?.node { append(row: target.node + shift) }
      if target.node != last?.node || target.id != last?.id { targets.ids.append(target.id) }
      targets.offsets[targets.rowCount] = Int32(targets.ids.count)
      sources.append((rows.count - 1, targets.ids.count - 1))
      last = target
    }
  }

  func runs(_ found: RowScores) -> [PassResults.Run] {
    var rest = sources[...]
    return indices.map { range in
      defer { rest = rest.dropFirst(range.count) }
      return PassResults.Run(
        first: range.lowerBound,
        scores: rest.prefix(range.count).map { source in
          PassResults.Score(
            logProbability: found.targetLogProbabilities[source.id], argmax: found.argmax[source.row])
        })
    }
  }
}

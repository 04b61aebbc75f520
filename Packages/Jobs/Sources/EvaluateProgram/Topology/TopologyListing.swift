import Foundation
import Jobs
import Models
import Sharding

/// The mesh, and who holds what of a model, as a person reads it.
struct TopologyListing {
  private static let mostColumns = 4

  let topology: Topology
  /// `nil` where no model is named.
  let survey: ModelSurvey?

  var text: String {
    let mesh = topology.mesh
    let drawing = "\(mesh)\n\(mesh.drawing)"
    guard let survey else { return drawing }
    // Replicas hold the same: the shards of the first stand for all.
    let shown = Array(0..<min(mesh.shard, Self.mostColumns))
    var table = TextTable(header: ["parameter", "whole"] + shown.map { "shard \($0)" })
    for group in FoldedParameters(survey.parameters).groups {
      let slices = shown.map { Self.text(group.example.slices[$0]) }
      table.rows.append([group.path, "\(group.example.axes.map(\.size))"] + slices)
    }
    table.rows.append(
      ["MiB, packed for \(survey.mode)", Self.megabytes(survey.wholeBytes)]
        + shown.map { Self.megabytes(survey.bytes(rank: $0)) })
    let rest = mesh.shard > shown.count ? "\nand so on to shard \(mesh.shard - 1)" : ""
    return "\(drawing)\n\n\(table.text)\(rest)"
  }

  /// The ranges of each axis that is cut, and `…` for one that is not.
  private static func text(_ slice: TensorSlice) -> String {
    guard !slice.isWhole else { return "all" }
    let axes = slice.ranges.indices.map { axis in
      slice.shape[axis] == slice.whole[axis]
        ? "…" : slice.ranges[axis].map { "\($0)" }.joined(separator: " + ")
    }
    return "[\(axes.joined(separator: ", "))]"
  }

  private static func megabytes(_ bytes: Int) -> String { String(format: "%.1f", Double(bytes) / 1_048_576) }
}

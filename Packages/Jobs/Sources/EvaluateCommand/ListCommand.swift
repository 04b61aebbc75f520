import ArgumentParser
import Evaluation
import Foundation
import Jobs
import Models
import Sharding
import Tasks

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List what this program knows.")

  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case jobs, evaluations, models, topology
  }

  @Argument(help: "What to list: jobs, evaluations, models or topology.")
  var kind: Kind

  func run() throws {
    switch kind {
    case .jobs:
      printRows(Registry.shared.jobs.map { [$0.key, $0.type.summary] })
    case .evaluations:
      let tasks = try TaskLibrary(dataRoot: "data")
      printRows(
        Registry.shared.evaluations.map { [$0.key, $0.kind.rawValue] }
          + tasks.names.map { [$0, tasks.kind(of: $0) ?? ""] })
    case .models:
      printRows(Registry.shared.models.map { [$0.key, parts(of: $0.type)] })
    case .topology:
      let hardware = Hardware.detected()
      print("\(hardware.chip.displayName), \(hardware.cores) cores, \(hardware.chip.memory >> 20) MiB")
      print(Mesh.solo.drawing)
    }
  }

  private func parts(of model: any LanguageModel.Type) -> String {
    model.gather().map { "\($0)" }.joined(separator: ", ")
  }

  /// Names and what they are, in two columns without a header, so that a script can read them.
  private func printRows(_ rows: [[String]]) {
    let width = rows.map { $0[0].count }.max() ?? 0
    for row in rows { print(row[0].padding(toLength: width, withPad: " ", startingAt: 0) + "  " + row[1]) }
  }
}

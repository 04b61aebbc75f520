import ArgumentParser
import Foundation
import Jobs

extension RunOptions {
  /// Checks of the options that need no model.
  ///
  /// - Throws: `ValidationError`.
  func check() throws {
    if let tasks, Self.names(in: tasks).isEmpty {
      throw ValidationError("--tasks must name evaluations, separated by commas, found '\(tasks)'")
    }
    let names = [("--name", name), ("--project", project), ("--group", group)]
    if resume, !model.restores.isEmpty, let (option, _) = names.first(where: { $0.1 != nil }) {
      throw ValidationError(
        "--resume takes the checkpoint's own name, project and group; leave out \(option)")
    }
    for word in overrides {
      if let stray = StrayWord(word) { throw ValidationError(stray.sentence) }
    }
  }

  /// The names in a list that is separated by commas, with or without blanks around them.
  static func names(in list: String) -> [String] {
    list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.filter {
      !$0.isEmpty
    }
  }
}

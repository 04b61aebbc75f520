import ArgumentParser
import Configurate

/// Which documents of tasks are taken, and how they are asked about: what 'run' and 'diff' have in common.
struct TaskOptions: ParsableArguments, Sendable {
  @Option(
    help: ArgumentHelp("Look for task files in this folder; may be given again.", valueName: "dir"),
    transform: givenPath)
  var tasksDir: [String] = []
  @Option(
    help: ArgumentHelp("Look for the data sets that tasks name in this folder.", valueName: "root"),
    transform: givenPath)
  var data: String?
  @Option(
    help: ArgumentHelp("Ask about this split of each task, in place of its own.", valueName: "name"),
    transform: givenText)
  var split: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Take the first N documents of each evaluation.", valueName: "n"))
  var limit: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Put N shots before each question of a task.", valueName: "n"))
  var numFewshot: Int?

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1, found \(limit)") }
    if let numFewshot, numFewshot < 0 {
      throw ValidationError("--num-fewshot must be at least 0, found \(numFewshot)")
    }
  }

  /// Writes the options that are given over `settings`.
  func write(to settings: inout SettingsTree) {
    if !tasksDir.isEmpty {
      settings["eval/task_folders"] = SettingsTree(.list(tasksDir.map { SettingsTree(.text($0)) }))
    }
    for (key, text) in [("eval/data", data), ("eval/split", split)] {
      if let text { settings[key] = SettingsTree(.text(text)) }
    }
    for (key, number) in [("eval/limit", limit), ("eval/num_fewshot", numFewshot)] {
      if let number { settings[key] = SettingsTree(.integer(number)) }
    }
  }
}

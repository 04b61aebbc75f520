import ArgumentParser
import Jobs
import Tasks

struct LintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint", abstract: "Say everything that is wrong with a task file.")

  @Argument(help: "Task files.")
  var files: [String]

  func run() throws {
    var count = 0
    for file in files {
      for finding in try TaskLint.findings(in: file) {
        print(finding)
        count += 1
      }
    }
    if count > 0 {
      throw JobError(.badData, "\(count) finding\(count == 1 ? "" : "s") in \(files.joined(separator: ", "))")
    }
  }
}

import ArgumentParser
import Jobs
import Tasks

struct LintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint", abstract: "Say everything that is wrong with a task file.")

  @Argument(help: "Task files.", transform: givenPath)
  var files: [String]

  func run() throws {
    var count = 0
    for file in files {
      for finding in try TaskLint.findings(in: file) {
        print(finding)
        count += 1
      }
    }
    let names = files.joined(separator: ", ")
    guard count == 0 else {
      throw JobError(.badData, "\(count) finding\(count == 1 ? "" : "s") in \(names)")
    }
    print("nothing is wrong in \(names)")
  }
}

import ArgumentParser
import Basics
import Foundation
import Jobs
import Tasks

struct LintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint", abstract: "Say everything that is wrong with a task file.",
    discussion: """
      Reads all files, of a folder those that --tasks-dir would find there, and ends with how many findings there are. The members of a group are looked for in the folders of \
      the files, in those of --tasks-dir, and among the bundled tasks. Labels are checked where the data are there.
      """)

  @Argument(help: "Check these task files, or those in these folders.", transform: givenPath)
  var paths: [String]
  @Option(
    help: ArgumentHelp(
      "Look for the members of groups in this folder; may be given again.", valueName: "dir"),
    transform: givenPath)
  var tasksDir: [String] = []
  @Option(
    help: ArgumentHelp(
      "Look for the data sets that tasks name in this folder; 'data' unless given.", valueName: "root"),
    transform: givenPath)
  var data: String?
  @OptionGroup var python: PythonOptions

  func run() throws {
    for folder in tasksDir where !isFolder(folder) { throw TaskError(.missingFolder(folder)) }
    if let data, !isFolder(data) {
      throw JobError(.missingFile(path: data, .datasets))
    }
    var linter = TaskLinter(
      directories: folders, dataRoot: data ?? "data", allowed: try python.allowed())
    var (findings, missing, faulty) = (0, 0, 0)
    let files = try paths.flatMap { try isFolder($0) ? TaskLint.files(in: $0) : [$0] }
    for file in files {
      do throws(TaskError) {
        let found = try linter.findings(in: file)
        for finding in found { print(finding.description.printable()) }
        findings += found.count
        faulty += found.isEmpty ? 0 : 1
      } catch {
        print((error.path.map { $0 == file } ?? true ? "\(error)" : "'\(file)': \(error)").printable())
        findings += 1
        faulty += 1
        if error.fault == .missingInput { missing += 1 }
      }
    }
    guard findings == 0 else {
      throw JobError(
        .findings(findings, faulty: faulty, files: files.count, areMissing: missing == findings))
    }
    print("nothing is wrong in \(files.count == 1 ? "'\(files[0])'" : "\(files.count) files")")
  }

  /// Where the members of groups are looked for, each folder once.
  private var folders: [String] {
    var folders = tasksDir
    for path in paths {
      let folder = isFolder(path) ? path : parentFolder(of: path)
      let name = folder.isEmpty ? "." : folder
      if isFolder(name), !folders.contains(name) { folders.append(name) }
    }
    return folders
  }
}

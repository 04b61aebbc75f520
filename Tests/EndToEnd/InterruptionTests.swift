import Foundation
import Testing

/// A run that is stopped or killed resumes from its journal, on any mesh.
@Suite("stopped runs")
struct InterruptionTests {
  private static let arguments = ["run", "--name", "a"]
  private static let results = "assay/results/general/default/a/"
  private static let meshes = [[], ["--devices", "2"], ["--devices", "4"]]

  /// Waits until answers are in the journal.
  private func waitForJournal(in folder: TemporaryFolder, while process: Process) {
    while process.isRunning {
      let logs = folder.contents.filter { $0.hasSuffix(".sqlite-wal") }
      // Pages with their headers: more than the tables and the identity that opening a journal writes.
      let size = logs.first.flatMap {
        try? FileManager.default.attributesOfItem(atPath: folder.file($0))[.size] as? Int
      }
      if size ?? 0 > 8 * 4120 { return }
      Thread.sleep(forTimeInterval: 0.005)
    }
  }

  private func compare(_ folder: TemporaryFolder, _ other: TemporaryFolder) throws {
    let files = other.latest(in: Self.results)
    #expect(folder.latest(in: Self.results) == files)
    for file in files {
      let parts = try [folder.read(file), other.read(file)].map {
        $0.components(separatedBy: "\n  \"run\"")[0]
      }
      #expect(parts[0] == parts[1], "\(file)")
    }
  }

  @Test("SIGTERM and SIGINT end a run with 75 and one sentence, and it resumes on another mesh")
  func stopped() throws {
    let undisturbed = try TemporaryFolder()
    try #require(try Program.run(Self.arguments, in: undisturbed).code == 0)
    for (index, (mesh, number)) in zip(Self.meshes, [SIGTERM, SIGINT, SIGTERM]).enumerated() {
      let folder = try TemporaryFolder()
      let process = try Program.start(Self.arguments + mesh, in: folder)
      waitForJournal(in: folder, while: process)
      kill(process.processIdentifier, number)
      process.waitUntilExit()
      let errors = try folder.read(Program.errors)
      #expect(process.terminationReason == .exit && process.terminationStatus == 75, "\(errors)")
      #expect(errors.split(separator: "\n").count == 1 && errors.contains("journal"), "\(errors)")
      let other = Self.meshes[(index + 1) % Self.meshes.count]
      let resumed = try Program.run(Self.arguments + other, in: folder)
      #expect(resumed.code == 0, "\(resumed.errors)")
      try compare(folder, undisturbed)
      let run = try #require(
        try jsonObject(folder.file(Self.results + "results.json"))["run"] as? [String: Any])
      #expect(run["requests_from_journal"] as? Int ?? 0 > 0)
    }
  }

  @Test("A run over replicas that kill -9 ended is resumed on another mesh")
  func killed() throws {
    let undisturbed = try TemporaryFolder()
    try #require(try Program.run(Self.arguments, in: undisturbed).code == 0)
    let folder = try TemporaryFolder()
    for mesh in Self.meshes.dropFirst() {
      let process = try Program.start(Self.arguments + mesh, in: folder)
      waitForJournal(in: folder, while: process)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    #expect(!FileManager.default.fileExists(atPath: folder.file(Self.results + "results.json")))
    #expect(try Program.run(Self.arguments + ["--devices", "3"], in: folder).code == 0)
    try compare(folder, undisturbed)
  }
}

import Foundation
import Journals
import Testing

/// A run that is killed resumes from its journal: the same files, and no committed request is computed twice.
@Suite("kill -9 at random moments")
struct KillTests {
  /// `ci/kills` has time for more.
  private static let isThorough = ProcessInfo.processInfo.environment["ASSAY_KILLS"] != nil
  private static let kills = isThorough ? 20 : 6

  @Test("The bundled suite has the same bytes after kill -9 at random moments")
  func bundledSuite() throws {
    try check(["run", "--name", "killed"])
  }

  /// Too long for every day; `ci/kills` runs it.
  @Test(
    "Four tasks on SmolLM2-135M have the same bytes after kill -9 at random moments",
    .enabled(
      if: Shared.hasModelAndGoldens && isThorough, "run by ci/kills; \(Shared.reason)"))
  func realModel() throws {
    try check([
      "run", "--backbone", Shared.model!, "--data", "\(Shared.folder!)/eval", "--name", "killed", "--limit",
      "40", "--tasks", "hellaswag,lambada_openai,blimp_wh_island,blimp_adjunct_island",
    ])
  }

  private func check(_ arguments: [String]) throws {
    let undisturbed = try TemporaryFolder()
    let began = Date()
    try #require(try Program.run(arguments, in: undisturbed).code == 0)
    let duration = Date().timeIntervalSince(began)
    var folder = try TemporaryFolder()
    var killed = 0
    var committed = 0
    while killed < Self.kills {
      let isKilled = try Program.kill(arguments, in: folder, after: .random(in: 0..<duration))
      if isKilled { killed += 1 }
      // Killed or not, a run whose results are there has done its work.
      if !FileManager.default.fileExists(atPath: folder.file(Self.results + "results.json")) {
        #expect(isKilled)
        let count = try answersKept(in: folder)
        #expect(count >= committed)
        committed = count
      } else {
        try compare(folder, undisturbed, committed: committed)
        (folder, committed) = (try TemporaryFolder(), 0)
      }
    }
    try #require(try Program.run(arguments, in: folder).code == 0)
    try compare(folder, undisturbed, committed: committed)
  }

  private static let results = "assay/results/general/default/killed/"

  /// How many answers the dead program's journal holds; read from a copy, so that the next run finds it as it was left.
  private func answersKept(in folder: TemporaryFolder) throws -> Int {
    let journals = folder.contents.filter { $0.contains("/journal/") && $0.hasSuffix(".sqlite") }
    guard let journal = journals.first else { return 0 }
    let copy = try TemporaryFolder()
    for ending in ["", "-wal"] where FileManager.default.fileExists(atPath: folder.file(journal + ending)) {
      try FileManager.default.copyItem(
        atPath: folder.file(journal + ending), toPath: copy.file("copy.sqlite" + ending))
    }
    return try Journal(
      path: copy.file("copy.sqlite"), identity: JournalIdentity(tokenizer: "", numerics: "")
    ).count
  }

  private func compare(_ folder: TemporaryFolder, _ other: TemporaryFolder, committed: Int) throws {
    let results = Self.results
    let files = other.latest(in: results)
    #expect(folder.latest(in: results) == files)
    for file in files {
      let (found, expected) = (try folder.read(file), try other.read(file))
      let isReport = file.hasSuffix("results.json")
      // `run` is the last key.
      let parts = [found, expected].map { isReport ? $0.components(separatedBy: "\"run\"")[0] : $0 }
      #expect(parts[0] == parts[1], "\(file)")
    }
    let run = try #require(try jsonObject(folder.file(results + "results.json"))["run"] as? [String: Any])
    #expect(run["requests_from_journal"] as? Int == committed)
  }
}

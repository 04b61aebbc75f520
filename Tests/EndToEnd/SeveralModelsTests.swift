import Foundation
import Testing

/// A run of several models, and models held against a run.
@Suite("Several models")
struct SeveralModelsTests {
  private static let suffixes = ["a", "b", "final/20"]

  /// A folder with three checkpoints of one job, and a text.
  private func checkpoints() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for suffix in Self.suffixes {
      let place = folder.file("assay/checkpoints/general/default/small/\(suffix)")
      try FileManager.default.createDirectory(
        atPath: URL(filePath: place).deletingLastPathComponent().path, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: fixtures + "/eval_model", toPath: place)
    }
    try folder.write("the red cat sees the old dog. 3+4=7; say fox: fox fox.\n", to: "page.txt")
    return folder
  }

  private func run(_ arguments: [String], in folder: TemporaryFolder, code: Int32 = 0) throws
    -> Program.Outcome
  {
    let outcome = try Program.run(["run", "--tasks", "copying,sums", "--limit", "3"] + arguments, in: folder)
    #expect(outcome.code == code, "\(outcome.errors)")
    return outcome
  }

  @Test("A pattern of checkpoints makes a run of each, with the samples of a run alone, and a table")
  func pattern() throws {
    let folder = try checkpoints()
    let output = try run(["--restore", "general/default/small/*"], in: folder).output
    _ = try run(["--restore", "general/default/small/b", "--name", "alone"], in: folder)
    let place = "assay/results/general/default"
    for file in ["samples_copying.jsonl", "samples_sums.jsonl"] {
      let alone = try folder.read("\(place)/alone/\(file)")
      for suffix in Self.suffixes {
        let name = "small-\(suffix.replacing("/", with: "-"))"
        #expect(try folder.read("\(place)/\(name)/\(file)") == alone)
        #expect(output.contains("\n\(name)\n") || output.hasPrefix("\(name)\n"))
      }
    }
    #expect(output.contains("mean of tasks"))
  }

  @Test(
    "Backbones and checkpoints run one after another, also on ranks that are threads, and each has an object of JSON"
  )
  func turns() throws {
    let folder = try checkpoints()
    let exported = try Program.run(["export", fixtures + "/eval_model", "model"], in: folder)
    try #require(exported.code == 0, "\(exported.errors)")
    let models = ["--backbone", "model", "--backbone", "model/", "--restore", "general/default/small/a"]
    let output = try run(models + ["--devices", "2", "--name", "n", "--json"], in: folder).output
    #expect(output.components(separatedBy: "\n}\n{\n").count == 3)
    for name in ["n-model", "n-model-2", "n-small-a"] {
      #expect(folder.contents.contains("assay/results/general/default/\(name)/results.json"))
    }
  }

  @Test("What is for one model, or matches none, is refused before anything runs")
  func refused() throws {
    let folder = try checkpoints()
    let two = ["--restore", "general/default/small/a", "--restore", "general/default/small/b"]
    #expect(
      try run(two + ["--resume"], in: folder, code: 64).errors.contains("--resume is for a run of one model"))
    _ = try run(["--restore", "general/other/*"], in: folder, code: 66)
    _ = try run(two + ["--restore", "general/default/small/c"], in: folder, code: 66)
    _ = try run(two + ["--backbone", "./nowhere.gguf"], in: folder, code: 66)
    let plan = try Program.run(["plan", "--tasks", "sums"] + two, in: folder)
    #expect(plan.code == 64 && plan.errors.contains("give one of them"), "\(plan.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.file("assay/results")))
  }
}

import Foundation
import Testing

@Suite("A downstream package")
struct DownstreamTests {
  /// Runs the package's own binary, which was built beside this test.
  private func run(_ arguments: String..., in folder: URL) throws -> (code: Int32, output: String) {
    let test = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let process = Process()
    process.executableURL = test.deletingLastPathComponent().appending(path: "downstream-evaluate")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let output = folder.appending(path: UUID().uuidString)
    try Data().write(to: output)
    let handle = try FileHandle(forWritingTo: output)
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, try String(contentsOf: output, encoding: .utf8))
  }

  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  @Test("A downstream package lists its own job and evaluation beside the built-in ones")
  func lists() throws {
    try withFolder { folder in
      let jobs = try run("list", "jobs", in: folder)
      #expect(jobs.code == 0)
      #expect(jobs.output.contains("uniform/make") && jobs.output.contains("gpt/evaluate"))
      let evaluations = try run("list", "evaluations", in: folder)
      #expect(evaluations.output.contains("alphabet_ppl") && evaluations.output.contains("countdown"))
    }
  }

  @Test("A downstream package runs its own job, then its own evaluation on what the job made")
  func runs() throws {
    try withFolder { folder in
      let made = try run(
        "run", "--job", "uniform/make", "--name", "uniform", "architecture.n_layers=2",
        "architecture.n_embd=16",
        "architecture.n_head=2", "architecture.vocab_size=259", "architecture.block_size=32",
        "architecture.bias=false", in: folder)
      #expect(made.code == 0, "\(made.output)")
      let scored = try run(
        "run", "--restore", "general/default/uniform/zero", "--name", "scored", "--tasks",
        "alphabet_ppl,countdown,grammatical,surprise",
        "tokenizer.backend=bytes", in: folder)
      #expect(scored.code == 0, "\(scored.output)")
      let file = folder.appending(path: "assay/results/general/default/scored/results.json")
      let object = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
      let results = try #require(object?["results"] as? [String: Double])
      #expect(results["countdown"] == 0, "the likeliest of equal ids is the first, which is no digit")
      #expect(abs(try #require(results["surprise"]) - 5.557) < 1e-3)
      // All 259 ids are equally likely. A log-probability near 5.6 is a float32 within 4 of its units of 4.8e-7.
      #expect(abs(try #require(results["alphabet_ppl"]) - 259) < 259 * 2e-6)
    }
  }

  @Test("A misspelt name gets the downstream package's own job as the nearest")
  func misspelt() throws {
    try withFolder { folder in
      let outcome = try run("run", "--job", "uniform/mak", in: folder)
      #expect(outcome.code == 64)
      #expect(outcome.output.contains("unknown job 'uniform/mak'; did you mean 'uniform/make'?"))
    }
  }
}

import Configurate
import Foundation
import Testing

@Suite("The bundled suite")
struct BundledSuiteTests {
  @Test("A copied program runs the bundled suite in an empty folder")
  func copiedBinary() throws {
    let folder = try TemporaryFolder()
    let elsewhere = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: Program.path, toPath: elsewhere.file("evaluate"))
    let outcome = try Program.run([], in: folder, binary: elsewhere.file("evaluate"))
    #expect(outcome.code == 0, "\(outcome.errors)")
    for name in ["grammar_ppl", "agreement", "copying", "sums"] { #expect(outcome.output.contains(name)) }
    let results = "assay/results/general/default/bundled/"
    let samples = ["agreement", "copying", "grammar_ppl", "sums"].map { "samples_\($0).jsonl" }
    let files = folder.contents.filter { $0.contains(".") }
    #expect(
      folder.latest(in: results)
        == (["config.yaml", "results.json"] + samples).map { results + $0 })
    // Beside the results, only the journal, which later runs on the same weights resume from.
    #expect(files.filter { !$0.hasPrefix(results) }.allSatisfy { $0.hasPrefix("assay/journal/") })
  }

  /// `reference.json` holds what the PyTorch model of `Tools/bundled` says of the same weights in float32, document by
  /// document; its README has the command.
  @Test("The bundled suite agrees with PyTorch on the same weights")
  func agreesWithPyTorch() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(["--json"], in: folder)
    let found = try SettingsTree(yaml: outcome.output, name: "output")
    let reference = try SettingsTree(
      yaml: String(contentsOfFile: fixtures + "/bundled/reference.json", encoding: .utf8), name: "reference")
    for (name, key) in [
      ("grammar_ppl", "after_first"), ("agreement", "accuracy"), ("copying", "accuracy"),
      ("sums", "accuracy"),
    ] {
      let expected: Double = try #require(try reference.value(of: "\(name)/summary/\(key)"))
      let value: Double = try #require(try found.value(of: "results/\(name)"))
      #expect(abs(value - expected) <= 1e-5 * expected, "\(name)")
    }
  }

  @Test("A program that was built anew scores again, from the journal")
  func anotherProgram() throws {
    let folder = try TemporaryFolder()
    let arguments = ["--tasks", "sums", "--limit", "2", "--restore", fixtures + "/eval_model"]
    #expect(try Program.run(arguments, in: folder).code == 0)
    // Bytes after an executable's end change nothing in it but its digest.
    let other = folder.file("other")
    try FileManager.default.copyItem(atPath: Program.path, toPath: other)
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: other))
    try file.seekToEnd()
    try file.write(contentsOf: Data("another".utf8))
    try file.close()
    let again = try Program.run(arguments + ["--json"], in: folder, binary: other)
    #expect(again.code == 0 && !again.errors.contains("already done"), "\(again.errors)")
    #expect(again.output.contains("\"requests_computed\": 0"))
  }

  @Test(
    "The bundled suite has the same results on every instruction set and any number of threads, byte for byte",
    arguments: ["float32", "bfloat16"])
  func sameOnEveryInstructionSet(mode: String) throws {
    var seen: Set<String> = []
    for environment in [
      [:], ["ASSAY_KERNELS": "scalar"], ["ASSAY_KERNELS": "avx2"], ["ASSAY_THREADS": "1"],
      ["ASSAY_THREADS": "2"],
    ] {
      let folder = try TemporaryFolder()
      let outcome = try Program.run(
        ["run", "--json", "eval.length=20", "architecture.dtype.activation=\(mode)"], in: folder,
        environment: environment)
      guard outcome.code == 0 else {
        // A machine without the instruction set says so, and there is nothing to compare.
        #expect(
          environment["ASSAY_KERNELS"] == "avx2" && outcome.errors.contains("avx2"), "\(outcome.errors)")
        continue
      }
      let text = outcome.output.components(separatedBy: "\"run\"")[0]
      seen.insert(text.split(separator: "\n").filter { !$0.contains("\"kernels\"") }.joined(separator: "\n"))
    }
    #expect(seen.count == 1)
  }

  @Test("A second run finds the results and computes nothing")
  func secondRun() throws {
    let folder = try TemporaryFolder()
    let first = try Program.run(["run", "eval.length=5"], in: folder)
    let results = try folder.read("assay/results/general/default/bundled/results.json")
    let second = try Program.run(["run", "eval.length=5"], in: folder)
    #expect(second.errors.contains("already done, skipping"))
    #expect(second.output == first.output)
    #expect(try folder.read("assay/results/general/default/bundled/results.json") == results)
    let other = try Program.run(["run", "eval.length=6"], in: folder)
    #expect(!other.errors.contains("already done"))
  }
}

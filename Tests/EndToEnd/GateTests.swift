import Configurate
import Foundation
import Testing

@Suite("gate")
struct GateTests {
  /// Two runs of the bundled suite in a folder: `a`, and `b`, of which some answers are turned round.
  private func runs(in folder: TemporaryFolder, wrong: Range<Int>) throws {
    let results = "assay/results/general/default/"
    for name in ["a", "b"] {
      #expect(try Program.run(["run", "--name", name], in: folder).code == 0)
    }
    let samples = results + "b/samples_agreement.jsonl"
    var lines = try folder.read(samples).components(separatedBy: "\n")
    for line in wrong {
      lines[line] = lines[line].replacingOccurrences(of: "\"score\": 1.0", with: "\"score\": 0.0")
    }
    try folder.write(lines.joined(separator: "\n"), to: samples)
  }

  @Test("A gate passes, fails or is inconclusive, by exit code, table and files")
  func answers() throws {
    let folder = try TemporaryFolder()
    try runs(in: folder, wrong: 0..<30)
    let passes = try Program.run(
      ["gate", "a", "a", "--junit", "gate.xml", "--markdown", "gate.md"], in: folder)
    #expect(passes.code == 0 && passes.output.contains("passes: "), "\(passes.errors)")
    #expect(try folder.read("gate.xml").contains("tests=\"4\" failures=\"0\" errors=\"0\" skipped=\"0\""))
    #expect(try folder.read("gate.md").hasPrefix("### Gate: passes\n"))
    for sequential in [[], ["--sequential"]] {
      let options =
        ["--drop", "0.05", "--tasks", "agreement,sums", "--json", "--junit", "gate.xml"] + sequential
      let fails = try Program.run(["gate", "a", "b"] + options, in: folder)
      #expect(fails.code == 1 && fails.errors.isEmpty, "\(fails.errors)")
      let tree = try SettingsTree(yaml: fails.output, name: "gate")
      #expect(try tree.value(of: "verdict") == "fails")
      #expect(try tree.value(of: "tasks/agreement/lost") == 30)
      #expect(try tree.value(of: "tasks/sums/verdict") == "passes")
      #expect(try folder.read("gate.xml").contains("<failure message=\"agreement loses 10.0 points"))
    }
    let unbounded = try Program.run(["gate", "a", "b", "--sequential"], in: folder)
    #expect(unbounded.code == 65 && unbounded.errors.contains("needs scores between 0 and 1"))
    let undecided = try Program.run(["gate", "a", "b", "--tasks", "sums", "--drop", "0.001"], in: folder)
    #expect(undecided.code == 2, "\(undecided.errors)")
    #expect(undecided.output.contains("sums loses nothing, inconclusive: about"))
  }

  @Test("A baseline file stands for the run it was made of, and refuses other settings")
  func baseline() throws {
    let folder = try TemporaryFolder()
    try runs(in: folder, wrong: 0..<30)
    #expect(try Program.run(["gate", "a", "--save-baseline", "base.json"], in: folder).code == 0)
    #expect(try Program.run(["gate", "base.json", "a"], in: folder).code == 0)
    #expect(try Program.run(["gate", "base.json", "b"], in: folder).code == 1)
    #expect(try folder.read("base.json").utf8.count < 40_000)
    try folder.write(
      try folder.read("base.json").replacing("\"settings\": {}", with: "\"settings\": {\"shots\": \"5\"}"),
      to: "other.json")
    let other = try Program.run(["gate", "other.json", "a"], in: folder)
    #expect(other.code == 65 && other.errors.contains("shots is 5 in one and default in the other"))
    let missing = try Program.run(["gate", "none.json", "a"], in: folder)
    #expect(missing.code == 66 && missing.errors.contains("no baseline 'none.json'"))
  }

  @Test("plan --detect counts documents, also from a run, without a model")
  func plan() throws {
    let folder = try TemporaryFolder()
    try runs(in: folder, wrong: 0..<30)
    let plan = try Program.run(
      ["plan", "--detect", "0.02", "--from", "a", "--from", "b", "--json"], in: folder)
    #expect(plan.code == 0, "\(plan.errors)")
    let tree = try SettingsTree(yaml: plan.output, name: "plan")
    #expect(try tree.value(of: "gate/evaluations/agreement/documents") == 300)
    let seen: Double? = try tree.value(of: "gate/evaluations/agreement/discordance_seen")
    #expect(abs((seen ?? 0) - 30.5 / 301) < 1e-12)
  }

  @Test(
    "What a gate does not take is refused in one sentence",
    arguments: [
      (["a"], "'gate' needs a BASE and a CANDIDATE"),
      (["a", "b", "--drop", "0"], "--drop must be more than 0.0 and less than 1.0, found 0.0"),
      (["a", "b", "--drop", "-0.1"], "--drop must be more"),
      (["a", "b", "--drop", "1.5"], "--drop must be more"),
      (["a", "b", "--drop", "nan"], "--drop must be more"),
      (["a", "b", "--alpha", "0.5"], "--alpha must be more than 0.0 and less than 0.5, found 0.5"),
      (["a", "b", "--power", "1"], "--power must be more"), (["a.gguf", "b.gguf"], "'gate' needs --tasks"),
    ])
  func usage(arguments: [String], sentence: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(["gate"] + arguments, in: folder)
    #expect(outcome.code == 64 && outcome.errors.contains(sentence), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1 && outcome.output.isEmpty)
  }
}

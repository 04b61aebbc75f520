import Configurate
import Foundation
import Testing

/// The commands around a run, on the bundled suite.
@Suite("plan, verify, rescore, compare")
struct CommandTests {
  @Test("plan prints what a run would take and leaves nothing behind")
  func plan() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(["plan", "--json"], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let plan = try SettingsTree(yaml: outcome.output, name: "plan")
    let asked: Int = try #require(try plan.value(of: "together/tokens_asked"))
    let computed: Int = try #require(try plan.value(of: "together/tokens_computed"))
    #expect(computed < asked)
    #expect(folder.contents.isEmpty)
    let words = try Program.run(["plan"], in: folder)
    #expect(words.code == 0 && words.output.contains("tokens/s written"))
  }

  @Test("verify finds equal bits")
  func verify() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(["verify", "--limit", "4"], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("no shared prefixes"))
    #expect(folder.contents.isEmpty)
    #if OpenBLAS
    #expect(outcome.output.contains("beside openblas 0."), "\(outcome.output)")
    #else
    #expect(outcome.output.contains("this build has no OpenBLAS"), "\(outcome.output)")
    #endif
  }

  #if OpenBLAS
  @Test("Results of OpenBLAS's kernels are never taken for those of our own, nor the reverse")
  func foreignKernels() throws {
    let folder = try TemporaryFolder()
    let kernels = ["ASSAY_KERNELS": "openblas"]
    func run(_ environment: [String: String]) throws -> SettingsTree {
      let outcome = try Program.run(["run", "--limit", "5", "--json"], in: folder, environment: environment)
      #expect(outcome.code == 0, "\(outcome.errors)")
      return try SettingsTree(yaml: outcome.output, name: "results")
    }
    for environment in [[:], kernels] {
      let results = try run(environment)
      let name: String = try #require(try results.value(of: "provenance/kernels"))
      let remembered: Int = try #require(try results.value(of: "run/requests_from_journal"))
      #expect(name.hasPrefix("openblas 0.") != environment.isEmpty && remembered == 0)
    }
    let verify = try Program.run(["verify", "--limit", "1"], in: folder, environment: kernels)
    #expect(verify.code == 64 && verify.errors.contains("leave ASSAY_KERNELS out"), "\(verify.errors)")
  }
  #else
  @Test("A build without OpenBLAS refuses its kernels")
  func foreignKernels() throws {
    let outcome = try Program.run(
      ["run"], in: try TemporaryFolder(), environment: ["ASSAY_KERNELS": "openblas"])
    #expect(outcome.code == 64 && outcome.errors.contains("this build has no OpenBLAS"))
  }
  #endif

  @Test("bench measures prompts and sequences in each mode, and prints in three forms")
  func bench() throws {
    let folder = try TemporaryFolder()
    func bench(_ words: [String]) throws -> Program.Outcome {
      try Program.run(
        [
          "bench", "--restore", fixtures + "/eval_model", "--prompt", "8", "--generate", "2", "--sequences",
          "1,3",
          "--repetitions", "2",
        ] + words, in: folder)
    }
    let json = try bench(["--format", "json"])
    #expect(json.code == 0, "\(json.errors)")
    #expect(json.output.components(separatedBy: "\"tokens_per_second\"").count == 7)
    let csv = try bench(["--format", "csv", "--modes", "float32"])
    #expect(csv.output.split(separator: "\n").count == 4 && csv.output.contains("\nfloat32,generate,3,2,2,"))
    let brief = try bench(["--format", "csv", "--modes", "float32", "--repetitions", "9", "--seconds", "0"])
    #expect(brief.output.contains("\nfloat32,generate,3,2,2,"), "two repetitions, whatever they take")
    let table = try bench(["--modes", "bfloat16"])
    #expect(table.output.contains("of bandwidth") && table.output.contains("2 × 3"))
    #expect(try bench(["--modes", "int4"]).code == 64)
    #expect(folder.contents.isEmpty)
  }

  @Test("rescore writes the same files from the samples, and refuses what it cannot do")
  func rescore() throws {
    let folder = try TemporaryFolder()
    #expect(try Program.run(["run", "--limit", "20", "--name", "a"], in: folder).code == 0)
    let path = "assay/results/general/default/a"
    func files() throws -> [String] {
      try folder.contents.filter { $0.hasPrefix(path + "/") && $0.contains(".") }.map { name in
        try folder.read(name).components(separatedBy: "\n  \"run\"")[0]
      }
    }
    let before = try files()
    let outcome = try Program.run(["rescore", path], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try files() == before)
    let longer = try Program.run(["rescore", path, "eval.limit=30"], in: folder)
    #expect(longer.code == 65 && longer.errors.contains("do not answer all"))
    #expect(try files() == before)
    #expect(try Program.run(["rescore", "assay"], in: folder).code == 64)
    #expect(try Program.run(["rescore", "assay/results/general/default/b"], in: folder).code == 66)
    // The settings in the folder are those of a run: it is done already.
    let again = try Program.run(["run", "--config", path + "/config.yaml", "--name", "a"], in: folder)
    #expect(again.code == 64, "a GPT job needs its checkpoint: \(again.errors)")
  }

  @Test("compare counts flips, and separates equal runs from different ones")
  func compare() throws {
    let folder = try TemporaryFolder()
    let results = "assay/results/general/default/"
    for (name, mode) in [("a", "float32"), ("b", "bfloat16")] {
      let settings = ["--limit", "60", "--name", name, "architecture.dtype.activation=\(mode)"]
      #expect(try Program.run(["run"] + settings, in: folder).code == 0)
    }
    let same = try Program.run(["compare", results + "a", results + "a", "--json"], in: folder)
    let tree = try SettingsTree(yaml: same.output, name: "comparison")
    #expect(try tree.value(of: "tasks/agreement/p_value") == 1.0)
    #expect(try tree.value(of: "tasks/agreement/samples") == 60)
    #expect(try tree.value(of: "tasks/grammar_ppl/log_likelihood_difference/mean") == 0.0)
    // One answer is turned round in the samples of the second run.
    let samples = results + "b/samples_agreement.jsonl"
    var lines = try folder.read(samples).components(separatedBy: "\n")
    #expect(lines[7].contains("\"score\": 1.0"))
    lines[7] = lines[7].replacingOccurrences(of: "\"score\": 1.0", with: "\"score\": 0.0")
    try folder.write(lines.joined(separator: "\n"), to: samples)
    let table = try Program.run(["compare", results + "a", results + "b"], in: folder)
    #expect(table.code == 0, "\(table.errors)")
    #expect(table.output.contains("agreement: documents that only A has right: 7"), "\(table.output)")
    let missing = try Program.run(["compare", results + "a", results + "c"], in: folder)
    #expect(missing.code == 66 && missing.errors.contains("results/general/default/c"))
  }
}

import Foundation
import Testing

/// The runs below a root, as a user lists, reads, compares and deletes them.
@Suite("A store of runs")
struct StoreTests {
  private let folder: TemporaryFolder
  private static let place = "assay/results/general/default/"

  init() throws {
    folder = try TemporaryFolder()
    let runs = try Self.runs.get()
    try FileManager.default.copyItem(atPath: runs.file("assay"), toPath: folder.file("assay"))
  }

  /// Two runs under one name, and one under another, of which each test has a copy.
  private static let runs = Result {
    let folder = try TemporaryFolder()
    for (name, mode) in [("a", "float32"), ("a", "bfloat16"), ("b", "float32")] {
      // An id is the second and the settings, which two names may share.
      if name == "b" { Thread.sleep(forTimeInterval: 1) }
      let arguments = ["run", "--limit", "12", "--name", name, "architecture.dtype.activation=\(mode)"]
      #expect(try Program.run(arguments, in: folder).code == 0)
    }
    return folder
  }

  private func output(_ arguments: String...) throws -> String {
    let outcome = try Program.run(arguments, in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    return outcome.output
  }

  private func ids(_ name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.file("\(Self.place)\(name)/runs")).sorted()
  }

  @Test(
    "Two runs of one name are both listed and shown, by id and by its beginning, and the name is the latest")
  func listed() throws {
    let lines = try output("list", "results", "--json").split(separator: "\n")
    #expect(lines.count == 3)
    let ids = try ids("a")
    for id in ids {
      #expect(lines.contains { $0.contains(id) })
      #expect(try output("show", id).contains(id))
    }
    #expect(try output("list", "results", "a").split(separator: "\n").count == 4)
    #expect(try output("list", "results", "default/?").contains("general/default/b"))
    let shown = try jsonObject(folder.file("\(Self.place)a/results.json"))["run"] as? [String: Any]
    #expect(try output("show", "a").contains(try #require(shown?["id"] as? String)))
    let unknown = try Program.run(["show", "general/default/bb"], in: folder)
    #expect(
      unknown.code == 66 && unknown.errors.contains("did you mean 'general/default/b'?"), "\(unknown.errors)")
    #expect(try Program.run(["show", "2"], in: folder).code == 64, "all ids begin so")
    #expect(try output("compare", "a", "b").contains("agreement"))
  }

  @Test("show prints samples with prompt, choices, what was right and what was chosen")
  func samples() throws {
    let choice = try output("show", "b", "--task", "agreement", "--sample", "3")
    for part in [
      "agreement, document 3", "prompt:", "choices, with log-likelihoods", "right", "chosen", "nats",
    ] {
      #expect(choice.contains(part), "\(choice)")
    }
    let answer = try output("show", "b", "--task", "sums", "--limit", "1")
    #expect(answer.contains("answer:") && answer.contains("sums: 11 more"), "\(answer)")
    let flips = try output("show", "a", "--flips", "b", "--limit", "2")
    #expect(
      flips.contains("no sample flips") || flips.contains("A: right, B: wrong")
        || flips.contains("A: wrong, B: right"))
    #expect(try Program.run(["show", "b", "--sample", "99"], in: folder).code == 64)
    let misspelt = try Program.run(["show", "b", "--task", "agreemnt"], in: folder)
    #expect(misspelt.code == 64 && misspelt.errors.contains("'agreement'"), "\(misspelt.errors)")
  }

  @Test("delete removes a run only with --yes, and its place goes to the newest that is left")
  func deletes() throws {
    let ids = try ids("a")
    let latest = try #require(
      (try jsonObject(folder.file("\(Self.place)a/results.json"))["run"] as? [String: Any])?["id"] as? String)
    #expect(try output("delete", "a").contains("would delete general/default/a \(latest)"))
    #expect(try self.ids("a") == ids)
    #expect(try output("delete", "a", "--yes").contains("delete general/default/a"))
    let left = ids.filter { $0 != latest }
    #expect(try self.ids("a") == left)
    #expect(try folder.read("\(Self.place)a/results.json").contains(left[0]))
    _ = try output("delete", "a", "general/default/b*", "--yes")
    #expect(try output("list", "results") == "no runs\n")
    #expect(!FileManager.default.fileExists(atPath: folder.file("\(Self.place)a")))
  }

  @Test("A run that was killed half-way is listed as interrupted, and refused where its results are wanted")
  func killed() throws {
    let name = "c"
    let settings = ["run", "--name", name, "architecture.dtype.activation=float32"]
    guard try Program.kill(settings, in: folder, after: 0.6),
      !FileManager.default.fileExists(atPath: folder.file("\(Self.place)\(name)/results.json"))
    else { return }  // it was too quick, or had not begun
    guard FileManager.default.fileExists(atPath: folder.file("\(Self.place)\(name)/runs")) else { return }
    #expect(try output("list", "results", name).contains("interrupted"))
    let shown = try Program.run(["show", name], in: folder)
    #expect(shown.code == 66 && shown.errors.contains("was stopped before it had results"), "\(shown.errors)")
    #expect(try Program.run(settings, in: folder).code == 0)
    #expect(try ids(name).count == 1)
    #expect(try output("list", "results", name).contains("finished"))
  }

  @Test("A table has every task of every run, with ranks, in all formats")
  func table() throws {
    let ids = try ids("a")
    let text = try output("table", ids[0], ids[1], "b")
    for part in ["agreement", "copying", "sums", "grammar_ppl", "mean of tasks", "mean above chance"] {
      #expect(text.contains(part), "\(text)")
    }
    #expect(try output("table", ids[0], "b", "--format", "markdown").hasPrefix("| task |"))
    let csv = try output("table", ids[0], "b", "--format", "csv").split(separator: "\n")
    #expect(csv[0] == "task,metric,run,id,model,value,stderr,samples,rank")
    #expect(
      csv.allSatisfy {
        $0.split(separator: ",", omittingEmptySubsequences: false).count == 9 || $0.contains("\"")
      })
    let json = try output("table", ids[0], "b", "--format", "json")
    let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    #expect((object?["runs"] as? [Any])?.count == 2 && object?["tasks"] != nil)
    #expect(try Program.run(["table"], in: folder).code == 64)
  }

  @Test("Results and samples follow the published schemas")
  func schemas() throws {
    let schemas = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Packages/Jobs/Schemas").path
    let results = try jsonObject(folder.file("\(Self.place)b/results.json"))
    try requireKeys(of: "\(schemas)/results.schema.json", in: results)
    for task in ["agreement", "copying", "sums", "grammar_ppl"] {
      for line in try jsonLines(folder.file("\(Self.place)b/samples_\(task).jsonl")) {
        try requireKeys(of: "\(schemas)/sample.schema.json", in: line)
      }
    }
    guard let python = Shared.python else { return }
    try folder.write(Self.validator, to: "validate.py")
    let outcome = try Program.run(
      [folder.file("validate.py"), schemas, folder.file("\(Self.place)b")], in: folder, binary: python)
    #expect(outcome.code == 0, "\(outcome.errors.suffix(2000))")
  }

  /// The keys that a schema requires at the top and one level below.
  private func requireKeys(of schema: String, in object: [String: Any]) throws {
    let schema = try jsonObject(schema)
    for key in try #require(schema["required"] as? [String]) { #expect(object[key] != nil, "\(key)") }
    for (key, value) in schema["properties"] as? [String: [String: Any]] ?? [:] {
      guard let inner = object[key] as? [String: Any] else { continue }
      for required in value["required"] as? [String] ?? [] {
        #expect(inner[required] != nil, "\(key)/\(required)")
      }
    }
  }

  /// Does nothing where the package jsonschema is not installed.
  private static let validator = """
    import glob, json, sys
    try:
        import jsonschema
    except ImportError:
        sys.exit(0)
    def check(name, values):
        schema = json.load(open(f"{sys.argv[1]}/{name}.schema.json"))
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        for value in values:
            validator.validate(value)
    check("results", [json.load(open(f"{sys.argv[2]}/results.json"))])
    for path in glob.glob(f"{sys.argv[2]}/samples_*.jsonl"):
        check("sample", [json.loads(line) for line in open(path)])
    """
}

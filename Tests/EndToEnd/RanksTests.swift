import Foundation
import Testing

/// `--devices` and `--shard-into`, on the bundled suite.
@Suite("ranks as threads")
struct RanksTests {
  private static let mode = "architecture.dtype.activation=float32"

  /// The files of a finished run, without what differs from run to run.
  private func files(of name: String, in folder: TemporaryFolder) throws -> [String: String] {
    let path = "assay/results/general/default/\(name)/"
    let files = folder.latest(in: path).map { ($0.dropFirst(path.count), $0) }
    return try Dictionary(
      uniqueKeysWithValues: files.map { short, file in
        // `run` is the last key of results.json, and the job's name its first.
        let text = try folder.read(file).components(separatedBy: "\n  \"run\"")[0]
        return (String(short), text.replacing("\"job\": \"\(name)\"", with: ""))
      })
  }

  private func report(_ name: String, in folder: TemporaryFolder) throws -> [String: Any] {
    try jsonObject(folder.file("assay/results/general/default/\(name)/results.json"))
  }

  private func computed(_ name: String, in folder: TemporaryFolder) throws -> Int {
    let run = try #require(try report(name, in: folder)["run"] as? [String: Any])
    return try #require(run["requests_computed"] as? Int)
  }

  private func run(_ name: String, _ arguments: [String], in folder: TemporaryFolder) throws
    -> Program.Outcome
  {
    try Program.run(["run", "--name", name, "--limit", "60", Self.mode] + arguments, in: folder)
  }

  @Test("Replicas write the files of one rank and share its journal", arguments: [2, 3])
  func replicas(count: Int) throws {
    let (alone, folder) = (try TemporaryFolder(), try TemporaryFolder())
    try #require(try run("a", [], in: alone).code == 0)
    let outcome = try run("a", ["--devices", "\(count)", "--patience", "60"], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.components(separatedBy: "agreement").count == 2, "one table: \(outcome.output)")
    #expect(try files(of: "a", in: folder) == files(of: "a", in: alone))
    #expect(try computed("a", in: folder) == computed("a", in: alone))
    // What they have answered, one rank finds in the journal, and the other way round.
    #expect(try run("b", [], in: folder).code == 0)
    #expect(try computed("b", in: folder) == 0)
    #expect(try run("b", ["--devices", "\(count)"], in: alone).code == 0)
    #expect(try computed("b", in: alone) == 0)
    let again = try run("a", ["--devices", "\(count)"], in: folder)
    #expect(again.code == 0 && again.errors.contains("already done"), "\(again.errors)")
  }

  /// All-reduces add the terms of an element in another order. Log-probabilities then differ in the last of their seven
  /// digits; 1e-4 leaves room for the sums over a sample's tokens.
  @Test(
    "Shards give the same scores, print that they are shards, and keep a journal of their own",
    arguments: [(2, 2), (4, 2), (4, 4)])
  func shards(devices: Int, shards: Int) throws {
    let folder = try TemporaryFolder()
    try #require(try run("a", [], in: folder).code == 0)
    let outcome = try run(
      "b", ["--devices", "\(devices)", "--shard-into", "\(shards)", "eval.plots=true"], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try computed("b", in: folder) == computed("a", in: folder))
    let (first, second) = (try report("a", in: folder), try report("b", in: folder))
    let (expected, found) = (
      try #require(first["results"] as? [String: Double]),
      try #require(second["results"] as? [String: Double])
    )
    #expect(found.keys.sorted() == expected.keys.sorted())
    for (name, value) in expected { #expect(abs((found[name] ?? 0) - value) <= 1e-4 * abs(value), "\(name)") }
    #expect(folder.contents.contains { $0.contains("/b/plots/") }, "all shards draw")
    #expect((second["provenance"] as? [String: Any])?["shards"] as? Int == shards)
    #expect((first["provenance"] as? [String: Any])?["shards"] == nil)
  }

  @Test("Without patience the first wait for another rank ends the run and names the rank")
  func impatient() throws {
    let outcome = try run("a", ["--devices", "2", "--patience", "1e-6"], in: TemporaryFolder())
    #expect(outcome.code == 75, "\(outcome.errors)")
    #expect(outcome.errors.contains("waited 1e-06 s for rank "), "\(outcome.errors)")
    for patience in ["0", "-1", "inf", "nan", "1e30"] {
      let refused = try run("a", ["--devices", "2", "--patience=\(patience)"], in: TemporaryFolder())
      #expect(
        refused.code == 64 && refused.errors.contains("must be more than 0 and at most 1e9"), "\(refused)")
    }
  }

  @Test("What ranks cannot do is refused once, in one sentence, before anything is loaded")
  func refusals() throws {
    let folder = try TemporaryFolder()
    func refuses(
      _ arguments: [String], _ words: [String], code: Int32 = 64, environment: [String: String] = [:]
    ) throws {
      let outcome = try Program.run(arguments, in: folder, environment: environment)
      #expect(outcome.code == code, "\(arguments): \(outcome.code) \(outcome.errors)")
      #expect(words.allSatisfy { outcome.errors.contains($0) }, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == (words.isEmpty ? 0 : 1), "\(outcome.errors)")
      #expect(outcome.output.isEmpty)
    }
    try refuses(["run", "--devices", "0"], ["--devices must be at least 1, found 0"])
    try refuses(["run", "--shard-into", "2"], ["--shard-into 2 needs as many ranks", "--devices 2"])
    try refuses(["run", "--devices", "4", "--shard-into", "3"], ["shard_into=3 must divide"])
    // Four heads.
    try refuses(
      ["run", "--devices", "3", "--shard-into", "3"],
      ["'blocks_0/attn/c_attn/kernel'", "does not divide into 3 shards", "2 or 4 would do"])
    try refuses(["plan", "--devices", "2"], ["--devices is for 'run' and 'list topology'"])
    try refuses(["verify", "--shard-into", "2"], ["--shard-into is for 'run' and 'list topology'"])
    let restored = ["run", "--restore", fixtures + "/eval_model", "--devices", "2"]
    try refuses(restored + ["--tasks", "agrement"], ["did you mean 'agreement'?"])
    let launched = [
      "OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_LOCAL_RANK": "0",
      "OMPI_COMM_WORLD_LOCAL_SIZE": "2",
    ]
    try refuses(["run", "--devices", "2"], ["openMPI has started 2 processes"], environment: launched)
    let second = ["OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_LOCAL_RANK": "1"]
    try refuses(["run", "--devices", "2"], [], environment: launched.merging(second) { $1 })
    // Only this rank knows that its host has fewer.
    let odd = second.merging(["OMPI_COMM_WORLD_LOCAL_SIZE": "1", "OMPI_COMM_WORLD_LOCAL_RANK": "0"]) { $1 }
    try refuses(
      ["run", "--shard-into", "2"], ["error: rank 1: shard_into=2 must divide local_device_count=1"],
      environment: launched.merging(odd) { $1 })
  }

  @Test(
    "Nine heads cannot be cut into two shards",
    .enabled(if: Shared.model != nil, "needs Tools/fetch-model smollm2-135m"))
  func nineHeads() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(
      ["run", "--backbone", Shared.model!, "--tasks", "agreement", "--devices", "2", "--shard-into", "2"],
      in: folder)
    #expect(outcome.code == 64)
    #expect(
      outcome.errors
        == "error: parameter 'layers/0/self_attn/q_proj/weight': axis 'n_attn' of 576 (in units of 64) does not divide "
        + "into 2 shards; 1 or 3 would do\n")
  }

  @Test("list topology draws the mesh and prints what each rank holds")
  func topology() throws {
    let folder = try TemporaryFolder()
    let empty = try Program.run(["list", "topology", "--devices", "4", "--shard-into", "2"], in: folder)
    #expect(empty.code == 0 && empty.output.contains("batch 1  rank 2   rank 3"), "\(empty.output)")
    let outcome = try Program.run(
      ["list", "topology", "--restore", fixtures + "/eval_model", "--devices", "2", "--shard-into", "2"],
      in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let rows = outcome.output.split(separator: "\n").map { line in
      line.split(separator: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    #expect(rows.contains(["wte", "[259, 32]", "all", "all"]), "\(outcome.output)")
    #expect(
      rows.contains([
        "blocks_0…1/attn/c_attn/kernel", "[32, 96]", "[…, 0..<16 + 32..<48 + 64..<80]",
        "[…, 16..<32 + 48..<64 + 80..<96]",
      ]), "\(outcome.output)")
    #expect(rows.contains(["blocks_0…1/mlp/c_proj/kernel", "[128, 32]", "[0..<64, …]", "[64..<128, …]"]))
    #expect(folder.contents.isEmpty)
  }
}

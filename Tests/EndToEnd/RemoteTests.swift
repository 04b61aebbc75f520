import Basics
import Foundation
import Testing

/// `--backbone openai:URL#MODEL`, against `evaluate serve`.
@Suite("A served model is evaluated")
struct RemoteTests {
  private func run(_ arguments: [String], in folder: TemporaryFolder) throws -> Program.Outcome {
    try Program.run(
      ["run", "--tasks", "agreement,copying,grammar_ppl", "--limit", "6"] + arguments, in: folder)
  }

  private func samples(_ name: String, in folder: TemporaryFolder) throws -> [String: String] {
    let place = "assay/results/general/default/\(name)/"
    let files = folder.latest(in: place).filter { $0.contains("samples_") }
    return Dictionary(
      uniqueKeysWithValues: try files.map { (String($0.dropFirst(place.count)), try folder.read($0)) })
  }

  @Test("Samples of a served model are those of a local run, byte for byte")
  func sameBits() throws {
    let folder = try TemporaryFolder()
    let local = try run(["--restore", fixtures + "/eval_model", "--name", "here"], in: folder)
    try #require(local.code == 0, "\(local.errors)")
    let server = try Served(
      ["--restore", fixtures + "/eval_model", "--model-name", "tiny"], in: TemporaryFolder())
    let remote = try run(["--backbone", "openai:\(server.base)/v1#tiny", "--name", "there"], in: folder)
    try #require(remote.code == 0, "\(remote.errors)")
    let (expected, found) = (try samples("here", in: folder), try samples("there", in: folder))
    #expect(!expected.isEmpty && found == expected)
    // The journal has everything, so that the same run needs no more than the look at the server.
    let again = try run(
      ["--backbone", "openai:\(server.base)/v1#tiny", "--name", "again", "--max-requests", "1"], in: folder)
    #expect(again.code == 0, "\(again.errors)")
  }

  @Test("What a server lacks, and an address that is none, is one sentence")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let server = try Served(
      ["--restore", fixtures + "/eval_model", "--model-name", "tiny"], in: TemporaryFolder())
    func refuses(_ arguments: [String], _ code: Int32, _ words: String) throws {
      let outcome = try run(arguments, in: folder)
      #expect(outcome.code == code && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
    }
    try refuses(["--backbone", "openai:nowhere"], 64, "openai:http://127.0.0.1:8000/v1#MODEL")
    try refuses(["--backbone", "openai:\(server.base)/v1#other"], 66, "it serves 'tiny'")
    try refuses(
      ["--backbone", "openai:\(server.base)/v1#tiny", "--max-requests", "4"], 75, "--max-requests 4")
    try refuses(
      ["--job", "backbone/evaluate", "architecture.backbone.weights=openai:\(server.base)/v1#tiny"], 64,
      "on the command line")
  }
}

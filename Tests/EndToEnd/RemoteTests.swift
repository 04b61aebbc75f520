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

  @Test("A plan counts what a server would count, and prices it; a budget of tokens is never exceeded")
  func plan() throws {
    let folder = try TemporaryFolder()
    let server = try Served(
      ["--restore", fixtures + "/eval_model", "--model-name", "tiny"], in: TemporaryFolder())
    let model = [
      "--backbone", "openai:\(server.base)/v1#tiny", "--tasks", "agreement,sums", "--limit", "6",
    ]
    func plan() throws -> JSONObject {
      let outcome = try Program.run(["plan", "--json", "--prices", "2,10"] + model, in: folder)
      try #require(outcome.code == 0, "\(outcome.errors)")
      return try #require(try JSONValue(Array(outcome.output.utf8)).object)
    }
    let traffic = try #require(try plan()["server"]?.object)
    let read = try #require(traffic["tokens_read"]?.integer)
    let written = try #require(traffic["tokens_written"]?.integer)
    #expect(read > 0 && written > 0)
    let cost = try #require(try plan()["cost"]?.number)
    #expect(abs(cost - Double(2 * read + 10 * written) / 1e6) < 1e-12)
    func counted() throws -> Int {
      let lines = try server.send("/metrics").text.split(separator: "\n")
      return lines.filter { $0.contains(/^assay_(prompt|completion)_tokens_total\s/) }
        .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +)
    }
    let before = try counted()
    let cut = try Program.run(["run", "--max-tokens", "\(read / 2)"] + model, in: folder)
    #expect(cut.code == 75 && cut.errors.contains("--max-tokens \(read / 2) are used up"), "\(cut.errors)")
    #expect(try counted() - before <= read / 2)
    // Each command looks at the server with one prompt of four ids.
    let whole = try Program.run(["run", "--max-tokens", "\(read + written + 4)"] + model, in: folder)
    #expect(whole.code == 0, "\(whole.errors)")
    #expect(try counted() - before <= read + written + 8)
    #expect(try plan()["server"]?.object?["requests"]?.integer == 0)
  }

  @Test("A server of another kind is asked in its own way, and what it cannot do is one sentence")
  func kinds() throws {
    let folder = try TemporaryFolder()
    let server = try Served(
      ["--restore", fixtures + "/eval_model", "--model-name", "tiny"], in: TemporaryFolder())
    func run(_ tasks: String, _ name: String, _ model: [String]) throws -> Program.Outcome {
      try Program.run(["run", "--tasks", tasks, "--limit", "4", "--name", name] + model, in: folder)
    }
    let local = try run("agreement,sums", "here", ["--restore", fixtures + "/eval_model"])
    try #require(local.code == 0, "\(local.errors)")
    let expected = try samples("here", in: folder)

    let prompts = try NarrowServer("prompt_logprobs", before: server)
    let same = try run("agreement,sums", "prompts", ["--backbone", "openai:\(prompts.base)#tiny"])
    #expect(same.code == 0, "\(same.errors)")
    #expect(try samples("prompts", in: folder) == expected)

    for (kind, words) in [
      ("text", "prompt must be a string."), ("chat", "scores no prompts of ids: not here"),
    ] {
      let narrow = try NarrowServer(kind, before: server)
      let model = ["--backbone", "openai:\(narrow.base)#tiny"]
      let generated = try run("sums", kind, model)
      #expect(generated.code == 0, "\(generated.errors)")
      #expect(try answers(kind, in: folder).count == 4)
      let again = try run("sums", kind + "2", model + ["--max-requests", "5"])
      #expect(again.code == 0, "what the journal has is not asked again: \(again.errors)")
      let scored = try run("agreement", kind, model)
      #expect(scored.code == 64 && scored.errors.contains(words), "\(scored.errors)")
      let named = try run("sums", kind, model + ["tokenizer.backend=bytes"])
      #expect(named.code == 64 && named.errors.contains("leave out tokenizer.backend"), "\(named.errors)")
    }
    // As texts, prompts and answers are what they are as ids.
    #expect(try answers("text", in: folder) == answers("here", in: folder))
  }

  /// The answers to `sums`, as texts.
  private func answers(_ name: String, in folder: TemporaryFolder) throws -> [String] {
    let outcome = try Program.run(["show", name, "--task", "sums", "--json"], in: folder)
    try #require(outcome.code == 0, "\(outcome.errors)")
    return outcome.output.matches(of: /"generated": \["([^"]*)"/).map { String($0.1) }
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

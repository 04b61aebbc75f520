import Basics
import Foundation
import Testing

/// `evaluate serve` over loopback, with the fixture's checkpoint: bytes as tokens, so ids are known.
@Suite("evaluate serve")
struct ServeTests {
  private static let model = ["--restore", fixtures + "/eval_model", "--model-name", "tiny"]

  private func served(_ arguments: [String] = [], in folder: TemporaryFolder) throws -> Served {
    try Served(Self.model + arguments, in: folder)
  }

  @Test("Scores by echo are those that lm-evaluation-harness slices, from ids and from text")
  func echo() throws {
    let server = try served(in: TemporaryFolder())
    let text = "the cat sees"
    let ids = try #require(try server.json("/tokenize", #"{"prompt": "\#(text)"}"#)["tokens"]?.list)
    let list = "[" + ids.map { "\($0.integer ?? -1)" }.joined(separator: ",") + "]"
    let rest =
      #""max_tokens": 1, "temperature": 0, "logprobs": 1, "echo": true, "seed": 1234, "model": "tiny"}"#
    let reply = try server.json("/v1/completions", #"{"prompt": [\#(list), "\#(text)"], "# + rest)
    let choices = try #require(reply["choices"]?.list)
    #expect(choices.count == 2)
    let all = try choices.map { try #require($0.object?["logprobs"]?.object) }
    #expect(all[0]["token_logprobs"] == all[1]["token_logprobs"])
    let own = try #require(all[0]["token_logprobs"]?.list)
    let top = try #require(all[0]["top_logprobs"]?.list)
    #expect(own.count == ids.count + 1 && top.count == own.count)
    #expect(own[0] == .null && top[0] == .null)
    for (own, top) in zip(own, top).dropFirst() {
      let own = try #require(own.number)
      let values = try #require(top.object).names.compactMap { top.object?[$0]?.number }
      #expect(try #require(values.max()) >= own)
    }
    let offsets = try #require(all[0]["text_offset"]?.list).map { $0.integer }
    #expect(offsets.prefix(3) == [0, 1, 2])
    #expect(choices[0].object?["text"]?.text?.hasPrefix(text) == true)
    let usage = try #require(reply["usage"]?.object)
    #expect(usage["prompt_tokens"]?.integer == 2 * ids.count && usage["completion_tokens"]?.integer == 2)
  }

  @Test("Scores have the bits that the program writes into its samples")
  func bits() throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(
      ["run", "--restore", fixtures + "/eval_model", "--tasks", "agreement", "--limit", "3"], in: folder)
    try #require(run.code == 0, "\(run.errors)")
    let server = try served(in: folder)
    let name = try #require(
      folder.latest(in: "assay/results/general/default/local/").first { $0.contains("samples_") })
    for line in try folder.read(name).split(separator: "\n") {
      let sample = try #require(try JSONValue(Array(line.utf8)).object)
      let exchanges = try #require(sample["requests"]?.list)
      for exchange in exchanges {
        let ids = try #require(exchange.object?["ids"]?.list).compactMap(\.integer)
        let expected = try #require(exchange.object?["log_probabilities"]?.list).compactMap(\.number)
        let reply = try server.json(
          "/v1/completions", #"{"prompt": \#(ids), "max_tokens": 0, "logprobs": 1, "echo": true}"#)
        let found = try #require(
          reply["choices"]?.list?.first?.object?["logprobs"]?.object?["token_logprobs"]?.list)
        #expect(found.suffix(expected.count).compactMap(\.number).map(Float.init) == expected.map(Float.init))
      }
    }
  }

  @Test("Answers stop, repeat under a seed, and stream in parts that join to the whole")
  func answers() throws {
    let server = try served(in: TemporaryFolder())
    func text(_ rest: String) throws -> (String, String?) {
      let reply = try server.json("/v1/completions", #"{"prompt": "the cat ", "max_tokens": 24, \#(rest)}"#)
      let choice = try #require(reply["choices"]?.list?.first?.object)
      return (try #require(choice["text"]?.text), choice["finish_reason"]?.text)
    }
    let (whole, _) = try text(#""temperature": 0, "ignore_eos": true"#)
    let stop = String(whole.dropFirst(3).prefix(3))
    let (cut, reason) = try text(#""temperature": 0, "ignore_eos": true, "stop": ["\#(stop)"]"#)
    #expect(whole.hasPrefix(cut) && !cut.contains(stop) && reason == "stop")
    let drawn = #""temperature": 1.1, "top_p": 0.9, "seed": 3"#
    #expect(try text(drawn) == text(drawn))
    let stream = try server.send(
      "/v1/completions",
      body:
        #"{"prompt": "the cat ", "max_tokens": 24, "temperature": 0, "ignore_eos": true, "stream": true, "stream_options": {"include_usage": true}}"#
    )
    #expect(stream.headers["content-type"] == "text/event-stream")
    let parts = stream.text.components(separatedBy: "\n\n").filter { !$0.isEmpty }.map {
      $0.dropFirst("data: ".count)
    }
    #expect(parts.last == "[DONE]")
    let objects = try parts.dropLast().map { try #require(try JSONValue(Array($0.utf8)).object) }
    let joined = objects.compactMap { $0["choices"]?.list?.first?.object?["text"]?.text }.joined()
    #expect(joined == whole)
    #expect(objects.last?["usage"]?.object?["completion_tokens"]?.integer == 24)
  }

  @Test("A chat is answered in the model's format, and several answers differ by their draws")
  func chat() throws {
    let server = try served(in: TemporaryFolder())
    let reply = try server.json(
      "/v1/chat/completions",
      #"{"messages": [{"role": "user", "content": [{"type": "text", "text": "the cat"}]}], "max_tokens": 6, "n": 2, "seed": 1, "logprobs": true, "top_logprobs": 2}"#
    )
    let choices = try #require(reply["choices"]?.list).compactMap(\.object)
    #expect(choices.count == 2)
    for choice in choices {
      #expect(choice["message"]?.object?["role"]?.text == "assistant")
      let tokens = try #require(choice["logprobs"]?.object?["content"]?.list)
      #expect(tokens.allSatisfy { $0.object?["top_logprobs"]?.list?.count == 2 })
    }
  }

  @Test("What is wrong with a request is one sentence in OpenAI's form")
  func refusals() throws {
    let server = try served(["--max-body-bytes", "1000", "--max-tokens", "40"], in: TemporaryFolder())
    func refuses(_ body: String, _ status: Int, _ words: String, path: String = "/v1/completions") throws {
      let reply = try server.send(path, body: body)
      #expect(reply.status == status, "\(body.prefix(80)): \(reply.text)")
      let error = try JSONValue(Array(reply.text.utf8)).object?["error"]?.object
      #expect(error?["message"]?.text?.contains(words) == true, "\(reply.text)")
    }
    try refuses("{", 400, "JSON")
    try refuses("[1]", 400, "object")
    try refuses("{}", 400, "'prompt' is missing")
    try refuses(#"{"prompt": 3}"#, 400, "'prompt' must be")
    try refuses(#"{"prompt": [1, "a"]}"#, 400, "token ids")
    try refuses(#"{"prompt": [99999]}"#, 422, "99999")
    try refuses(#"{"prompt": "a", "max_tokens": "3"}"#, 400, "'max_tokens' must be a whole number")
    try refuses(#"{"prompt": "a", "temperature": -1}"#, 400, "'temperature'")
    try refuses(#"{"prompt": "a", "logit_bias": {"1": 5}}"#, 400, "'logit_bias' is not supported")
    try refuses(#"{"prompt": "a", "max_tokens": 90}"#, 422, "at most 40 tokens")
    try refuses(#"{"prompt": "a", "model": "other"}"#, 404, "'tiny'")
    try refuses(#"{"messages": []}"#, 400, "'messages' is empty", path: "/v1/chat/completions")
    try refuses("{}", 404, "did you mean '/tokenize'?", path: "/tokenise")
    try refuses(#"{"prompt": "\#(String(repeating: "a", count: 2000))"}"#, 413, "1000 bytes")
    let wrong = try server.send("/v1/completions")
    #expect(wrong.status == 405 && wrong.headers["allow"] == "POST")
    #expect(try server.send("/health", body: "{}").headers["allow"] == "GET, HEAD")
    let plain = try server.send("/tokenize", body: "{}", headers: ["Content-Type": "text/plain"])
    #expect(plain.status == 415)
    // A field that is not known and a neutral one change nothing.
    _ = try server.json(
      "/v1/completions", #"{"prompt": "a", "unknown": 1, "presence_penalty": 0.0, "stop": null}"#)
  }

  @Test("A key is needed where there are keys, and only loopback is listened at")
  func keysAndSockets() throws {
    let folder = try TemporaryFolder()
    try folder.write("# ours\nsecret-one\nsecret-two\n", to: "keys")
    let server = try served(["--api-key-file", "keys"], in: folder)
    #expect(try server.send("/v1/models").status == 401)
    #expect(try server.send("/v1/models", headers: ["Authorization": "Bearer secret"]).status == 401)
    #expect(try server.send("/v1/models", headers: ["Authorization": "Bearer secret-two"]).status == 200)
    #expect(try server.send("/health").status == 200)
    #expect(try Sockets.listening(of: server.process.processIdentifier) == ["0100007F"])
    #expect(!server.log.contains("secret"))
  }

  @Test("SIGTERM answers what is under way, and ends with 0")
  func termination() throws {
    let server = try served(in: TemporaryFolder())
    let done = DispatchSemaphore(value: 0)
    let pid = server.process.processIdentifier
    // One thread uses it at a time: this one waits.
    nonisolated(unsafe) let reached = server
    let thread = Thread {
      let reply = try? reached.send(
        "/v1/completions", body: #"{"prompt": "the cat ", "max_tokens": 50, "ignore_eos": true, "n": 8}"#)
      #expect(reply?.status == 200)
      done.signal()
    }
    thread.start()
    Thread.sleep(forTimeInterval: 0.1)
    kill(pid, SIGTERM)
    done.wait()
    server.process.waitUntilExit()
    #expect(server.process.terminationStatus == 0, "\(server.log)")
  }

  @Test("Counts and the description of the paths are served")
  func descriptions() throws {
    let server = try served(in: TemporaryFolder())
    _ = try server.json("/v1/completions", #"{"prompt": "the cat "}"#)
    let metrics = try server.send("/metrics")
    #expect(metrics.text.contains("assay_passes_total"))
    #expect(metrics.text.contains(#"assay_requests_total{path="/v1/completions",status="200"} 1"#))
    let paths = try #require(try server.json("/openapi.json")["paths"]?.object)
    #expect(paths.names.contains("/v1/completions") && paths.names.contains("/tokenize"))
    let head = try server.send("/v1/models", method: "HEAD")
    #expect(head.status == 200 && head.text.isEmpty)
    #expect(head.headers["content-length"] == "\(try server.send("/v1/models").text.utf8.count)")
    let info = try server.json("/tokenizer_info")
    #expect(info.names.contains("eos_token"))
    #expect(try server.json("/detokenize", #"{"tokens": [98, 99]}"#)["prompt"]?.text == "ab")
  }
}

/// The sockets of a process, as Linux lists them.
enum Sockets {
  /// The addresses at which a process listens, in the hexadecimal digits of `/proc/net/tcp`.
  static func listening(of process: Int32) throws -> [String] {
    let folder = "/proc/\(process)/fd"
    let own = try FileManager.default.contentsOfDirectory(atPath: folder).compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "/" + $0)
    }
    var found: [String] = []
    for table in ["tcp", "tcp6"] {
      let text = (try? String(contentsOfFile: "/proc/net/\(table)", encoding: .utf8)) ?? ""
      for line in text.split(separator: "\n").dropFirst() {
        let fields = line.split(separator: " ")
        guard fields.count > 9, fields[3] == "0A", own.contains("socket:[\(fields[9])]") else { continue }
        found.append(String(fields[1].prefix { $0 != ":" }))
      }
    }
    return found
  }
}

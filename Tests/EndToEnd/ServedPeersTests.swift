import Basics
import Foundation
import Testing

/// Others' clients, on `evaluate serve`.
@Suite("Peers ask a server")
struct ServedPeersTests {
  private func ask(_ server: Served, _ pairs: [[String]], python: String) throws -> JSONObject {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [fixtures + "/served_peers.py", server.base, "tiny"]
    let (input, output) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput) = (input, output)
    process.standardError = FileHandle.nullDevice
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: JSONSerialization.data(withJSONObject: pairs))
    try input.fileHandleForWriting.close()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try #require(
      JSONValue(Array(text)).object, "\(String(decoding: text, as: UTF8.self)) \(server.log)")
  }

  @Test(
    "lm-evaluation-harness's local-completions scores as the program does, from ids and from text, and OpenAI's package streams",
    .enabled(if: Shared.python != nil, "needs ASSAY_PYTHON with lm_eval and openai"))
  func peers() throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(
      ["run", "--restore", fixtures + "/eval_model", "--tasks", "agreement", "--limit", "8"], in: folder)
    try #require(run.code == 0, "\(run.errors)")
    let place = "assay/results/general/default/local/"
    let name = try #require(folder.latest(in: place).first { $0.contains("samples_") })
    var pairs: [[String]] = []
    var expected: [(sum: Double, isGreedy: Bool)] = []
    for line in try folder.read(name).split(separator: "\n") {
      let sample = try #require(try JSONValue(Array(line.utf8)).object)
      for exchange in try #require(sample["requests"]?.list).compactMap(\.object) {
        let ids = try #require(exchange["ids"]?.list).compactMap(\.integer)
        let first = try #require(exchange["from"]?.integer)
        let own = try #require(exchange["log_probabilities"]?.list).compactMap(\.number)
        let argmax = try #require(exchange["argmax"]?.list).compactMap(\.integer)
        func text(_ ids: some Sequence<Int>) -> String {
          String(String.UnicodeScalarView(ids.map { Unicode.Scalar(UInt8($0 - 1)) }))
        }
        pairs.append([text(ids.prefix(first)), text(ids.dropFirst(first))])
        expected.append((own.reduce(0, +), argmax == Array(ids.dropFirst(first))))
      }
    }
    let server = try Served(["--restore", fixtures + "/eval_model", "--model-name", "tiny"], in: folder)
    let found = try ask(server, pairs, python: try #require(Shared.python))
    for way in ["ids", "text"] {
      let scores = try #require(found[way]?.list).compactMap(\.list)
      #expect(scores.count == expected.count)
      for (score, expected) in zip(scores, expected) {
        #expect(abs(try #require(score[0].number) - expected.sum) <= 1e-9 * abs(expected.sum))
        #expect(score[1].bool == expected.isGreedy)
      }
    }
    #expect(found["whole"] == found["stream"] && found["chat whole"] == found["chat stream"])
    #expect(found["models"]?.list?.first?.text == "tiny")
    #expect(found["top"]?.list?.allSatisfy { $0.integer == 3 } == true)
    #expect(found["generated"]?.list?.count == pairs.count && found["chat"]?.list?.count == 1)
  }
}

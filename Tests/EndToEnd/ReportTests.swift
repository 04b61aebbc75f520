import Basics
import Foundation
import Testing

@Suite("Reports and events")
struct ReportTests {
  @Test("Events that a full disk does not take are missed at the end of a run, whose results are there")
  func lostEvents() throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(
      ["run", "--name", "one", "--limit", "9", "--events", "/dev/full"], in: folder)
    #expect(run.code == 64)
    #expect(
      run.errors.contains(
        "error: events are missing in '/dev/full': no space left on device; the run itself is complete\n"),
      "\(run.errors)")
    #expect(run.output.contains("sums"))
    #expect(folder.contents.contains { $0.hasSuffix("results.json") })
  }

  @Test("A reader of events that goes away ends no run")
  func eventsToNobody() throws {
    let folder = try TemporaryFolder()
    let command =
      "mkfifo pipe; (head -n 1 pipe >first) & '\(Program.path)' run --name one --limit 9 --events pipe"
    let run = try Program.run(["-c", command], in: folder, binary: "/bin/sh")
    #expect(run.code == 64)
    #expect(run.errors.contains("events are missing in 'pipe': broken pipe"), "\(run.errors)")
    #expect(try folder.read("first").contains("began"))
    #expect(folder.contents.contains { $0.hasSuffix("results.json") })
  }

  @Test(
    "A run logs its events, its page is written and served, and a name that is not the server's is refused")
  func eventsAndPages() throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(["run", "--name", "one", "--limit", "9", "--events", "log.jsonl"], in: folder)
    #expect(run.code == 0, "\(run.errors)")
    let events = try folder.read("log.jsonl").split(separator: "\n").map {
      try JSONValue(Array($0.utf8)).object
    }
    let kinds = events.compactMap { $0?["event"]?.text }
    #expect(kinds.first == "began" && kinds.last == "finished" && kinds.contains("progress"))
    #expect(kinds.count { $0 == "evaluated" } == 4 && kinds.count { $0 == "kept" } == 1)
    #expect(events.allSatisfy { $0?["time"]?.text?.hasSuffix("Z") == true })
    #expect(!folder.contents.contains { $0.hasSuffix(".events.jsonl") })

    let report = try Program.run(["report", "one", "-o", "page.html"], in: folder)
    #expect(report.code == 0 && report.errors == "report in page.html\n", "\(report.errors)")
    let page = try folder.read("page.html")
    #expect(page.contains("agreement") && page.contains("data-block=\"manifest\""))
    #expect(page.contains("default-src 'none'"))

    let server = try Served([], in: folder, command: "view")
    let list = try server.send("/")
    #expect(list.status == 200 && list.text.contains("general/default/one") && list.text.contains("finished"))
    let address = try #require(list.text.firstMatch(of: /href="(\/run\/[^"]*)"/)).1
    #expect(try server.send(String(address)).text.contains("data-block=\"manifest\""))
    #expect(try server.send("/run/general/default/two").status == 404)
    #expect(try server.send("/", headers: ["Host": "elsewhere.example"]).status == 403)
    #expect(try server.send("/", body: "{}").status == 405)
  }

  @Test("A run that fails logs the reason")
  func failuresAreLogged() throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(
      ["run", "--backbone", "./here.gguf", "--tasks", "sums", "--events", "log.jsonl"], in: folder)
    #expect(run.code == 66)
    let last = try folder.read("log.jsonl").split(separator: "\n").last
    let event = try #require(try JSONValue(Array((last ?? "").utf8)).object)
    #expect(event["event"]?.text == "failed" && event["code"]?.integer == 66)
    #expect(run.errors == "error: \(event["reason"]?.text ?? "")\n")
  }

  @Test("A page has the divergence of models that 'diff --json' found, and other files are refused")
  func divergence() throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(["run", "--name", "one", "--limit", "3"], in: folder)
    #expect(run.code == 0, "\(run.errors)")
    let text = String(repeating: "the red cat sees the old dog. 3+4=7; say fox: fox fox.\n", count: 4)
    try folder.write(text, to: "page.txt")
    let model = fixtures + "/eval_model"
    let diff = try Program.run(["diff", model, model, "--text", "page.txt", "--json"], in: folder)
    #expect(diff.code == 0, "\(diff.errors)")
    try folder.write(diff.output, to: "diff.json")
    let report = ["report", "one", "-o", "page.html", "--divergence"]
    #expect(try Program.run(report + ["diff.json"], in: folder).code == 0)
    let page = try folder.read("page.html")
    #expect(page.contains("<h2 id=\"divergence-title\">") && page.contains("eval_model"))
    let refused = try Program.run(report + ["page.txt"], in: folder)
    #expect(refused.code == 65 && refused.errors.contains("diff --json"), "\(refused.errors)")
    #expect(try Program.run(report + ["none.json"], in: folder).code == 66)
  }

  @Test("A reference may have settings of its own, on the same file as a candidate")
  func referenceSettings() throws {
    let folder = try TemporaryFolder()
    try folder.write(String(repeating: "the red cat sees the old dog.\n", count: 4), to: "page.txt")
    let (model, mode) = (fixtures + "/eval_model", "architecture.dtype.activation=")
    let common = ["diff", model, model, "--text", "page.txt", "--json", mode + "bfloat16"]
    func found(_ more: [String]) throws -> (modes: [String?], divergence: Double?) {
      let run = try Program.run(common + more, in: folder)
      let report = try #require(try JSONValue(Array(run.output.utf8)).object, "\(run.errors)")
      let candidate = report["candidates"]?.list?.first?.object
      let divergence = candidate?["divergence"]?.object?["mean"]?.object?["value"]?.number
      return ([report["reference"]?.object?["mode"]?.text, candidate?["mode"]?.text], divergence)
    }
    #expect(try found([]) == (["bfloat16", "bfloat16"], 0))
    let differing = try found(["--reference", mode + "float32"])
    #expect(differing.modes == ["float32", "bfloat16"] && differing.divergence ?? 0 > 0)
    #expect(try Program.run(common + ["--reference", "float32"], in: folder).code == 64)
    #expect(try Program.run(common + ["--reference", "archi=float32"], in: folder).code == 64)
  }

  @Test("What is no run has no page, and the command names the nearest run")
  func unknownRun() throws {
    let folder = try TemporaryFolder()
    let report = try Program.run(["report", "nothing"], in: folder)
    #expect(report.code == 66 && folder.contents.isEmpty, "\(report.errors)")
    #expect(try Program.run(["view", "nothing"], in: folder).code == 66)
  }
}

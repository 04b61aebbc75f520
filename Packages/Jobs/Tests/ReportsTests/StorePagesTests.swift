import Foundation
import Runs
import Testing

@testable import Reports

@Suite("Pages of a store")
struct StorePagesTests {
  private let root = NSTemporaryDirectory() + "store-\(UUID().uuidString)"

  private func pages(logs: [String] = []) -> StorePages {
    StorePages(RunStore(root: root), logs: logs) { runs in try runs.map { try ReportedRun($0, label: "one") }
    }
  }

  private func text(_ target: String, logs: [String] = []) throws -> String? {
    try pages(logs: logs).page(target).map { String(decoding: $0, as: UTF8.self) }
  }

  private func write(_ text: String, _ path: String) throws {
    let file = URL(fileURLWithPath: "\(root)/\(path)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  @Test("The list names each run with its state, and each has a page")
  func listsRuns() throws {
    defer { try? FileManager.default.removeItem(atPath: root) }
    let finished = try RunFolder(rights: [true, false])
    let kept = "results/general/default/a&b/runs"
    try FileManager.default.createDirectory(atPath: "\(root)/\(kept)", withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: finished.path, toPath: "\(root)/\(kept)/20261129T184414Z-1a2b3c4d5e6f")
    try write("job: gpt/evaluate\n", "\(kept)/20261129T190000Z-aaaaaaaaaaaa/config.yaml")
    let list = try #require(try text("/"))
    #expect(list.contains("finished") && list.contains("interrupted") && list.contains("a&amp;b"))
    let address = "general/default/a%26b/20261129T184414Z-1a2b3c4d5e6f"
    #expect(list.contains("/run/\(address)"))
    #expect(try text("/run/\(address)")?.contains("data-block=\"manifest\"") == true)
    let query = address.replacingOccurrences(of: "%", with: "%25").replacingOccurrences(of: "/", with: "%2F")
    #expect(try text("/report?run=\(query)&run=\(query)")?.contains("Results of 2 runs") == true)
    let stopped = try text("/run/general/default/a%26b/20261129T190000Z-aaaaaaaaaaaa")
    #expect(stopped?.contains("the same command goes on") == true)
  }

  @Test(
    "A name that is no run's has no page",
    arguments: [
      "/run/../../etc/passwd", "/run/", "/training/..", "/report?run=x", "/report", "/events/0", "/events/-1",
      "/x",
    ])
  func refusesOtherPaths(target: String) throws { #expect(try text(target) == nil) }

  @Test("An empty store has an empty list")
  func emptyStore() throws { #expect(try text("/")?.contains("no run below") == true) }

  @Test("The curves of a training are drawn, also where the last line is not whole yet")
  func drawsTraining() throws {
    defer { try? FileManager.default.removeItem(atPath: root) }
    let lines = (1...5000).map { "{\"step\": \($0), \"train/loss\": \(10 / Double($0)), \"note\": \"x\"}\n" }
      .joined()
    try write(lines + "{\"step\": 5001, \"tra", "results/general/default/small/metrics.jsonl")
    #expect(try text("/")?.contains("/training/general/default/small") == true)
    let page = try #require(try text("/training/general/default/small"))
    #expect(page.contains("train/loss") && page.contains("Last: 0.0020 at update 5000"))
    #expect(page.contains("No process is at work"))
    #expect(page.utf8.count < 100_000)
  }

  @Test("A log of events becomes a page of the run's progress and its results so far")
  func followsEvents() throws {
    defer { try? FileManager.default.removeItem(atPath: root) }
    let began =
      "{\"event\": \"began\", \"time\": \"2026-11-30T01:00:00.000Z\", \"name\": \"general/default/<x>\"}\n"
    let progress = [(0, 100), (10, 600)].map { second, completed in
      """
      {"event": "progress", "time": "2026-11-30T01:00:\(second < 10 ? "0" : "")\(second).500Z", "activity": "", "unit": "tokens", \
      "completed": \(completed), "total": 1000, "detail": "3/7 requests", "seconds_left": [8, 9]}

      """
    }
    let running = """
      {"event": "running", "time": "2026-11-30T01:00:10.600Z", "evaluation": "arc", "samples": 40, "of": 90, \
      "metrics": [{"name": "acc", "filter": "none", "value": 0.25, "stderr": 0.05}]}

      """
    try write(began + progress.joined() + running, "log.jsonl")
    let page = try #require(try text("/events/0", logs: ["\(root)/log.jsonl"]))
    #expect(page.contains("600 of 1000 tokens, 50.0 tokens/s, 3/7 requests, 8 to 9 s left"))
    #expect(page.contains("0.2500") && page.contains("0.0980") && page.contains("40 of 90"))
    #expect(page.contains("data-state=\"running\"") && page.contains("general/default/&lt;x&gt;"))
    try write(began + "{\"event\": \"failed\", \"code\": 65, \"reason\": \"a <b>\"}\n", "log.jsonl")
    let ended = try #require(try text("/events/0", logs: ["\(root)/log.jsonl"]))
    #expect(
      ended.contains("a &lt;b&gt;") && ended.contains("data-state=\"over\"") && !ended.contains("0.2500"))
  }
}

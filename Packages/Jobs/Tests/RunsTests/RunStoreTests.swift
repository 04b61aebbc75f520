import Basics
import Configurate
import Evaluations
import Foundation
import Jobs
import Testing

@testable import Runs

@Suite("A store of runs")
struct RunStoreTests {
  private let folder = TemporaryStore()
  private var store: RunStore { folder.store }
  private let old = "20260101T000000Z-aaaaaaaaaaaa"
  private let new = "20260202T000000Z-bbbbbbbbbbbb"

  private func kind(_ body: () throws -> Void) -> JobError.Kind? {
    do { try body() } catch let error as JobError { return error.kind } catch {}
    return nil
  }

  @Test("A store lists all runs of all names, the newest first, and those that a pattern describes")
  func lists() throws {
    #expect(store.runs.isEmpty)
    try folder.add("small", old)
    try folder.add("small", new)
    try folder.add("big", "20260303T000000Z-cccccccccccc")
    #expect(
      store.runs.map(\.title) == ["general/default/big", "general/default/small", "general/default/small"])
    #expect(store.runs.compactMap(\.id).last == old)
    #expect(store.runs(matching: "small").count == 2)
    #expect(store.runs(matching: "general/*/b?g").count == 1)
    #expect(store.runs(matching: "20260*").count == 3)
    #expect(store.runs(matching: "202601").map(\.id) == [old])
    #expect(store.runs(matching: "medium").isEmpty)
  }

  @Test("A run is found by folder, id, beginning of an id, and name, which is its latest")
  func finds() throws {
    try folder.add("small", new)
    try folder.add("small", old)
    for word in ["small", "default/small", "general/default/small", old, "202601"] {
      #expect(try store.run(word).id == old, "\(word)")
    }
    #expect(try store.run(folder.kept("small").folder).id == old)
    #expect(try store.run(folder.kept("small").path(new)).id == new)
    #expect(
      kind { _ = try store.run("smal") }
        == .unknownRun("smal", root: folder.root, nearest: "general/default/small"))
    guard case .severalRuns("2026", let names)? = kind({ _ = try store.run("2026") }) else {
      Issue.record("two ids begin so")
      return
    }
    #expect(names.count == 2)
    #expect(kind { _ = try store.run(folder.root) } == .notResults(path: folder.root))
  }

  @Test("A name that stands in two groups is no name of one run")
  func ambiguous() throws {
    try folder.add("small", old)
    let other = "\(folder.root)/results/p/g/small/runs/\(new)"
    try folder.write("job: x\n", to: other + "/config.yaml")
    #expect(
      kind { _ = try store.run("small") } == .severalRuns("small", ["general/default/small", "p/g/small"]))
    #expect(try store.run("p/g/small").id == new)
  }

  @Test("A run has its results, settings and place")
  func reads() throws {
    try folder.add("small", old)
    let run = try store.run("small")
    #expect(run.state == .finished && run.model == "small" && run.evaluations == ["a"])
    #expect(run.limit == 4 && run.shots == 2)
    #expect(try run.settings().value(of: "job") == "gpt/evaluate")
    let result = try run.finished()
    #expect(result.provenance.evaluations["a"]?.documents == 9 && result.provenance.seed == 3)
    #expect(result.run.checkpoint == "/models/small" && result.run.system != nil)
    #expect(result.evaluations[0].metrics[0].guessBaselines?.chance == 0.25)
    #expect(run.name == RunName(project: "general", group: "default", name: "small"))
    #expect(throws: JobError.self) { try run.samples(of: "b") }
  }

  @Test("A run is running while it is marked, and interrupted once the mark has gone without results")
  func states() throws {
    let kept = folder.kept("small")
    var mark: RunMark? = try kept.begin(old, settings: "job: x\n")
    #expect(try store.run("small").state == .running)
    #expect(
      kind { _ = try store.run("small").finished() }
        == .unfinishedRun("general/default/small", isAtWork: true))
    guard case .unfinishedRun(_, isAtWork: true)? = kind({ try store.delete(store.run("small")) }) else {
      Issue.record("a run at work cannot be deleted")
      return
    }
    #expect(mark != nil)
    mark = nil
    #expect(try store.run("small").state == .interrupted)
    #expect(JobError(.unfinishedRun("a", isAtWork: false)).fault == .missingInput)
    #expect(JobError(.unfinishedRun("a", isAtWork: true)).fault == .tryAgain)
    try folder.write("{", to: kept.path(old, "results.json"))
    #expect(try store.run("small").state == .damaged)
  }

  @Test("A run that fails takes its folder away, unless an earlier one has finished there")
  func abandoned() throws {
    let kept = folder.kept("small")
    try kept.begin(old, settings: "job: x\n").abandon()
    #expect(kept.ids.isEmpty)
    try folder.add("small", new)
    try kept.begin(new, settings: "job: gpt/evaluate\n").abandon()
    #expect(try store.run("small").state == .finished)
  }

  @Test(
    "A deleted run's place goes to the newest finished run that is left, and the last takes its folder along")
  func deletes() throws {
    let kept = folder.kept("small")
    try folder.add("small", old, accuracy: 0.25)
    try folder.add("small", new, accuracy: 0.75)
    try store.delete(store.run(new))
    #expect(kept.ids == [old])
    #expect(try StoredRun(folder: kept.folder).result?.evaluations[0].metrics[0].value == 0.25)
    try store.delete(store.run("small"))
    #expect(!FileManager.default.fileExists(atPath: kept.folder))
  }

  @Test("Results of version 0.1.0, which stand alone, are listed, read and deleted")
  func earlier() throws {
    let kept = folder.kept("old")
    let text = """
      {"job": "old", "project": null, "group": null, "results": {"a": 0.5, "b_ppl": 2.5},
       "tasks": {"a": {"samples": 4, "acc_norm,none": 0.25, "acc,none": 0.5, "acc_stderr,none": 0.1,
                       "acc_chance,none": 0.25, "acc_majority,none": 0.5},
                 "b_ppl": {"samples": 2, "perplexity,none": 2.5}},
       "groups": {}, "provenance": {"weights": "01", "tokenizer": "bytes", "kernels": "scalar", "mode": "float32",
                                    "block_size": 64, "length": -1, "version": "0.1.0"},
       "counts": {"a": {"asked": 8, "truncated": 1, "merged": 0, "tied": 0}},
       "run": {"started": "2026-01-01T00:00:00Z", "seconds": 1, "requests_computed": 1, "requests_from_journal": 0,
               "host": "h", "chip": "c", "cores": 1, "threads": 1, "peak_memory_bytes": 1}}
      """
    try folder.write(text, to: kept.folder + "/results.json")
    let run = try store.run("old")
    #expect(run.id == nil && store.runs.count == 1)
    let evaluation = try #require(try run.finished().evaluations.first { $0.name == "a" })
    #expect(evaluation.metrics.map { $0.key() } == ["acc,none", "acc_norm,none"])
    #expect(
      evaluation.metrics[0].standardError == 0.1 && evaluation.metrics[0].guessBaselines?.majority == 0.5)
    #expect(evaluation.counts.truncated == 1 && evaluation.samples == 4)
    try store.delete(run)
    #expect(store.runs.isEmpty)
  }
}

import Basics
import Evaluations
import Foundation
import Jobs
import Testing

@testable import Runs

@Suite("Recorded samples")
struct RecordedSampleTests {
  private let folder = TemporaryStore()
  private let choice = """
    {"doc_id": 7, "doc": {"q": "two?"}, "target": 1, "arguments": [["two? ", "no"], ["two? ", "yes"]], \
    "requests": [{"ids": [1, 2, 3], "from": 2, "log_probabilities": [-1.5], "argmax": [3]}, \
    {"ids": [1, 2, 4, 5], "from": 2, "log_probabilities": [-2.25, -0.1], "argmax": [3, 5]}], \
    "log_likelihoods": [-1.5, -2.35], "choices": 2, "chosen": 0, "right": [1], "score": 0.0, "acc,none": 0.0, \
    "f1,none": [1, 0], "truncated": 0, "merged": 1, "tied": 0}
    """
  private let answer = """
    {"doc_id": 0, "doc": {}, "target": "4", "arguments": [["2+2=", "{}"]], "requests": [{"prompt": [1], "limit": 3, \
    "stops": [0], "stop_texts": ["\\n"], "temperature": 0.5, "top_p": 0.9, "seed": 18446744073709551615, \
    "sample": 1, "ids": [9], "log_probabilities": [-1.17549435e-38], "stop": null}], "generated": ["5"], \
    "answers": {"none": "5"}, "score": 0.0, "truncated": 0, "merged": 0, "tied": 0}
    """

  private func samples(_ lines: String...) throws -> [RecordedSample] {
    try folder.add("r", "20260101T000000Z-aaaaaaaaaaaa", samples: lines.map { $0 + "\n" }.joined())
    return try folder.store.run("r").samples(of: "a")
  }

  @Test("A sample of a choice has its texts, what was chosen, what is right, and log-likelihoods")
  func reads() throws {
    let sample = try samples(choice)[0]
    #expect(sample.document == 7 && sample.contents?.object?["q"]?.text == "two?")
    #expect(sample.target == .index(1) && sample.chosen == 0 && sample.right == [1] && sample.choices == 2)
    #expect(sample.arguments[1] == ["two? ", "yes"] && sample.isRight == false)
    #expect(
      sample.value("acc") == 0 && sample.value("f1") == nil && sample.values["f1,none"]?.list?.count == 2)
    let sums = try #require(sample.logLikelihoods)
    #expect(sums[0] == -1.5 && abs(sums[1] + 2.35) < 1e-6 && sample.logLikelihood == sums[1])
    #expect(sample.counts.merged == 1 && sample.counts.asked == 2)
    guard case .score(let scores) = sample.exchanges[1].response else { return }
    #expect(scores.map(\.isGreedy) == [false, true])
  }

  @Test("A sample of a generated answer has its text and its request to the bit")
  func generated() throws {
    let sample = try samples(answer)[0]
    #expect(sample.generated == ["5"] && sample.answers == ["none": "5"] && sample.logLikelihoods == nil)
    guard case .generate(let request) = sample.exchanges[0].request else { return }
    #expect(request.sampling.seed == .max && request.stopTexts == ["\n"])
    #expect(sample.exchanges[0].response.logProbabilities == [-Float.leastNormalMagnitude])
  }

  @Test("A sample of an earlier version has no chosen option, and what is right from its target")
  func earlier() throws {
    let sample = try samples(choice.replacing(#/"log_likelihoods".*"right": \[1\], /#, with: ""))[0]
    #expect(sample.chosen == nil && sample.right == [1] && sample.choices == nil)
  }

  @Test(
    "A line that is no sample, or holds a score that is not a number, is named",
    arguments: [
      ("{", true), ("[]", true), ("{\"doc_id\": 1}", true),
      (
        "{\"doc_id\": 1, \"requests\": [{\"ids\": [1, 2], \"from\": 1, \"log_probabilities\": [], \"argmax\": []}]}",
        true
      ),
      (
        "{\"doc_id\": 1, \"requests\": [{\"ids\": [1, 99999999999], \"from\": 1, \"log_probabilities\": [0], \"argmax\": [1]}]}",
        true
      ),
      (
        "{\"doc_id\": 1, \"requests\": [{\"ids\": [1, 2], \"from\": 1, \"log_probabilities\": [null], \"argmax\": [1]}]}",
        false
      ),
    ])
  func refuses(line: String, isNoSample: Bool) throws {
    #expect { try samples(choice, line) } throws: {
      switch ($0 as? JobError)?.kind {
      case .malformedFile(_, .noSample(line: 2)): isNoSample
      case .recordedNotFinite(_, line: 2): !isNoSample
      default: false
      }
    }
  }

  @Test(
    "A sample whose parts contradict each other is named by its line and the contradiction",
    arguments: [
      ("[-1.5]", "[1.5]", .positive(request: 0, token: 0, 1.5)),
      ("[-2.25, -0.1]", "[-0.25, -0.1]", .argmax(request: 1, token: 0, -0.25)),
      ("[-1.5], \"argmax\"", "[-1.25], \"argmax\"", .sum(request: 0, -1.25, recorded: -1.5)),
      (
        "\"log_likelihoods\": [-1.5, -2.35]", "\"log_likelihoods\": [-1.5]",
        .number(key: "log_likelihoods", found: 1, allowed: 2...2)
      ),
      (
        "[-2.25, -0.1], \"argmax\": [3, 5]}], \"log_likelihoods\": [-1.5, -2.35]",
        "[-2.25, -0.125], \"argmax\": [3, 5]}], \"log_likelihoods\": [-1.5, null]",
        .sum(request: 1, -2.375, recorded: nil)
      ),
      ("\"chosen\": 0", "\"chosen\": 2", .number(key: "chosen", found: 2, allowed: 0...1)),
      ("\"right\": [1]", "\"right\": [-1]", .number(key: "right", found: -1, allowed: 0...1)),
      ("\"merged\": 1", "\"merged\": 3", .number(key: "merged", found: 3, allowed: 0...2)),
      (
        "\"merged\": 1", "\"merged\": 1, \"empty\": -1",
        .number(key: "empty", found: -1, allowed: 0...Int.max)
      ),
      ("\"doc_id\": 7", "\"doc_id\": -7", .number(key: "doc_id", found: -7, allowed: 0...Int.max)),
      ("\"ids\": [9]", "\"ids\": [9, 9]", .tokens(request: 0, count: 2, logProbabilities: 1)),
      ("\"limit\": 3", "\"limit\": 0", .limit(request: 0, count: 1, limit: 0)),
      ("\"stop\": null", "\"stop\": 4", .stop(request: 0, 4)),
    ] as [(String, String, SampleContradiction)])
  func contradicts(part: String, changed: String, contradiction: SampleContradiction) throws {
    let sound = choice.contains(part) ? choice : answer
    let line = sound.replacingOccurrences(of: part, with: changed)
    #expect(line != sound)
    let error = #expect(throws: JobError.self) { try samples(choice, line) }
    guard case .malformedFile(_, .contradiction(line: 2, let found))? = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found == contradiction)
  }

  @Test("Samples of two runs are paired by document and repetition, and another target is refused")
  func pairs() throws {
    let one = try samples(choice, choice, answer)
    let two = try samples(answer, choice)
    #expect(try one.paired(with: two, in: "a").map(\.first.document) == [7, 0])
    let other = try samples(choice.replacingOccurrences(of: "\"target\": 1", with: "\"target\": 0"))
    #expect(throws: JobError.self) { try one.paired(with: other, in: "a") }
    #expect(throws: JobError.self) { try [RecordedSample]().paired(with: two, in: "a") }
  }
}

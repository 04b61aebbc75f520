import Evaluations
import Foundation
import Sandbox
import Templating
import Testing

@testable import Tasks

private let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
  FileManager.default.isExecutableFile(atPath: $0)
}

/// Tasks whose answers are programs.
@Suite("Tasks of programs")
struct ProgramTests {
  /// Expected of numpy: `1 - prod(1 - k / arange(n - c + 1, n + 1))`.
  @Test(
    "pass@k is estimated as Chen et al. estimate it",
    arguments: [
      (10, 3, 1, 0.3), (10, 3, 5, 0.9166666666666667), (64, 1, 8, 0.125), (64, 60, 2, 0.9970238095238095),
      (5, 0, 2, 0.0), (5, 5, 3, 1.0), (5, 4, 2, 1.0),
    ])
  func estimate(count: Int, passed: Int, k: Int, expected: Double) throws {
    let estimate = try #require(PassAtK(count: count, passed: passed).estimate(k))
    #expect(abs(estimate - expected) <= 1e-15)
  }

  @Test("A task of programs has no pass@k of more programs than there are")
  func tooFew() { #expect(PassAtK(count: 3, passed: 3).estimate(4) == nil) }

  /// Expected of the function itself, in lm-evaluation-harness 0.4.13.
  @Test("A program is the first block between fences")
  func blocks() throws {
    // A word after the fence is a language's name, whatever it is.
    let cases = [
      "python\nx = 1\n```": "x = 1", "\nx = 1\n```\nmore": "x = 1", "x = 1\n```": " = 1", "x = 1": "",
      "a\n```b```": "", "no fence\n```python\ny = 2\n```": " fence", "": "",
    ]
    for (answer, expected) in cases { #expect(try ProgramText.firstBlock(answer) == expected, "\(answer)") }
  }

  @Test(
    "Tasks of programs are refused once where nothing allows programs to run, and read where something does")
  func permission() throws {
    let text = """
      task: t
      dataset_path: openai_humaneval
      test_split: test
      output_type: generate_until
      unsafe_code: true
      doc_to_text: "{{prompt}}"
      doc_to_target: "{{test}}"
      metric_list: [{metric: !function utils.pass_at_k, aggregation: mean, k: [1, 2]}]
      repeats: 2
      filter_list: [{name: create_test, filter: [{function: custom, filter_fn: !function utils.build_predictions}]}]

      """
    let document = #"{"prompt": "def f(x):\n", "test": "assert f(1) == 2"}"#
    let folder = try TaskFolder(["tasks/a.yaml": text, "data/openai_humaneval/test.jsonl": document + "\n"])
    func library(_ sandbox: CodeSandbox?) throws -> TaskLibrary {
      try TaskLibrary(
        dataRoot: folder.path + "/data", directories: [folder.path + "/tasks"],
        allowed: AllowedCode(sandbox: sandbox))
    }
    let needs = try library(nil).summary(of: "t").needs
    #expect(needs.count == 1 && needs[0].line == 5)
    #expect(throws: TaskError.self) { try library(nil).tasks(named: "t") }
    guard let python else { return }
    let task = try #require(library(CodeSandbox(python: python)).tasks(named: "t").first)
    #expect(task.definition.runsPrograms)
    guard case .programs(let programs) = task.file.metrics[0].rule else {
      Issue.record("a metric that runs programs")
      return
    }
    let answers = try task.file.pipelines[0](["  return x + 1", "  return x"], task.documents[0])
    let contents = try programs.function("assert f(1) == 2", answers, programs.settings, programs.sandbox)
    #expect(contents.map(\.metric) == ["pass@1", "pass@2"])
    #expect(contents.map(\.1) == [.number(0.5), .number(1)])
  }
}

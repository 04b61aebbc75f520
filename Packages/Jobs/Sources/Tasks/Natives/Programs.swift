import Evaluations
import Foundation
import Sandbox
import Templating

extension NativeFunctions {
  /// Tasks whose answers are programs.
  static let programs: [NativeFunction] = [
    .exact(
      "openai_humaneval:utils.pass_at_k", "humanevalplus:utils.pass_at_k",
      "humaneval_infilling:utils.pass_at_k",
      sources: "9fd8a0428d54a2ff", is: .programs(PassAtK.metrics)),
    .exact(
      "mbpp:utils.pass_at_1", "mbppplus:utils.pass_at_1", sources: "907ff90cc07a60e8",
      is: .programs { reference, answers, _, sandbox in
        let pass = try PassAtK(reference, answers, sandbox)
        return [("pass_at_1", .number(pass.estimate(1) ?? 0))]
      }),
    .exact(
      "openai_humaneval:utils.build_predictions", "humanevalplus:utils.build_predictions",
      sources: "049b92b2662f334b", is: .filter { _ in { try ProgramText.completed($0, $1) } }),
    .exact(
      "openai_humaneval:utils.build_predictions_instruct", sources: "832e8c72be51112d",
      is: .filter { _ in
        { answers, document in
          try ProgramText.completed(answers.map { PythonText.split($0, by: "```", limit: 1)[0] }, document)
        }
      }),
    .exact(
      "humaneval_infilling:utils.build_predictions", sources: "20b6f151422577c7",
      is: .filter { _ in
        { answers, document in
          let suffix = try document.requiredText("suffix")
          return try ProgramText.completed(answers, document).map { $0 + suffix }
        }
      }),
    .exact(
      "mbpp:utils.build_predictions", "mbppplus:utils.build_predictions", sources: "a850a969da75724c",
      is: .filter { _ in { answers, _ in try answers.map(ProgramText.firstBlock) } }),
    .form("8da8330e723f8e29") { source in ProgramText.shots(source.texts).map { shots in .samples { shots } }
    },
  ]
}

/// Of several programs for one problem, how many pass, and how probable it is that one of k does.
struct PassAtK {
  let count: Int
  let passed: Int

  /// - Parameters:
  ///   - reference: The tests, which follow each program.
  ///   - programs: What a model wrote.
  init(_ reference: String, _ programs: [String], _ sandbox: CodeSandbox) throws {
    let verdicts = try sandbox.run(programs.map { $0 + "\n" + reference })
    count = verdicts.count
    passed = verdicts.count { $0 == .passed }
  }

  init(count: Int, passed: Int) { (self.count, self.passed) = (count, passed) }

  /// 1 − C(n−c, k) / C(n, k), without bias; `nil` where there are fewer than k programs.
  ///
  /// - Source: Chen et al. 2021, *Evaluating Large Language Models Trained on Code*, section 2.1.
  func estimate(_ k: Int) -> Double? {
    guard k > 0, count >= k else { return nil }
    guard count - passed >= k else { return 1 }
    var none = 1.0
    for number in stride(from: count - passed + 1, through: count, by: 1) {
      none *= 1 - Double(k) / Double(number)
    }
    return 1 - none
  }

  /// `pass@k` for each `k` of a metric's settings.
  @Sendable static func metrics(
    _ reference: String, _ answers: [String], _ settings: TemplateDictionary, _ sandbox: CodeSandbox
  ) throws -> [(metric: String, SampleValue.Content)] {
    var numbers: [TemplateValue] = []
    switch settings["k"] {
    case .list(let elements)?: numbers = elements
    case let value?: numbers = [value]
    case nil: break
    }
    let sizes = numbers.compactMap { if case .integer(let number) = $0, number > 0 { number } else { nil } }
    guard !sizes.isEmpty, sizes.count == numbers.count else {
      throw TaskError(
        .value(
          key: "metric_list/k", expected: "whole numbers of at least 1",
          found: (settings["k"] ?? .null).excerpt))
    }
    let pass = try PassAtK(reference, answers, sandbox)
    return sizes.compactMap { k in pass.estimate(k).map { ("pass@\(k)", .number($0)) } }
  }
}

/// What becomes a program.
enum ProgramText {
  /// Answers after the beginning that the document has of them.
  static func completed(_ answers: [String], _ document: TemplateDictionary) throws -> [String] {
    let prompt = try document.requiredText("prompt")
    return answers.map { prompt + $0 }
  }

  /// What stands between the first two fences; an answer begins behind one.
  static func firstBlock(_ answer: String) throws -> String {
    let pattern = try PythonPattern("(?s)```(?:\\w+)?\\n?(.*?)\\n?```")
    if let match = try pattern.findAll(in: "```" + answer).first { return match[0] }
    let plain = PythonText.replaced(answer, "```python", with: "```")
    return try pattern.findAll(in: plain).first.map { $0[0] } ?? ""
  }

  /// The three examples of MBPP, whose texts the task's own Python file has: each the question, the program and three tests.
  static func shots(_ texts: [String]) -> [TemplateDictionary]? {
    let keys = ["task_id", "text", "code", "test_list", "is_fewshot"]
    let size = keys.count + 5
    guard texts.count == 3 * size else { return nil }
    var shots: [TemplateDictionary] = []
    for start in stride(from: 0, to: texts.count, by: size) {
      let one = Array(texts[start..<start + size])
      guard [one[0], one[1], one[3], one[5], one[9]] == keys else { return nil }
      var shot = TemplateDictionary()
      shot["task_id"] = .integer(shots.count + 2)
      shot["text"] = .string(one[2])
      shot["code"] = .string(one[4])
      shot["test_list"] = .list(one[6...8].map(TemplateValue.string))
      shot["is_fewshot"] = .boolean(true)
      shots.append(shot)
    }
    return shots
  }
}

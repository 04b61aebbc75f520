import Basics
import Templating
import Testing

@testable import Tasks

/// The wording of errors of tasks and of findings in their files; other tests compare their facts.
@Suite("Sentences of errors of tasks")
struct ErrorSentenceTests {
  static let errors: [(TaskError, Fault, String)] = [
    (
      TaskError(.option("limit", expected: "at least 1", found: "0")), .usage,
      "limit must be at least 1, found 0"
    ),
    (
      TaskError(
        .unknownTask(
          "a", nearest: "b", unreadable: [TaskFinding(file: "x.yaml", line: 2, .noYAML(reason: "no YAML"))])),
      .usage, "unknown task 'a'; did you mean 'b'?; not searched: 'x.yaml', line 2: no YAML"
    ),
    (
      TaskError(.unknownMember("a", group: "g", nearest: nil)), .badData,
      "group 'g' names the unknown task 'a'"
    ),
    (TaskError(.missingFolder("t")), .missingInput, "there is no folder of task files 't'"),
    (
      TaskError(.noTaskFiles("t")), .missingInput,
      "no task files in 't': looked for *.yaml with the key 'task' or 'group', also in its folders"
    ),
    (
      TaskError(.missingFile("a.yaml", includedBy: "b.yaml")).about("t"), .missingInput,
      "task 't': there is no task file 'a.yaml', which 'b.yaml' includes"
    ),
    (
      TaskError(.unreadableFile("a.yaml", includedBy: "b.yaml", reason: "it is a pipe")), .badData,
      "task file 'a.yaml', which 'b.yaml' includes, cannot be read: it is a pipe"
    ),
    (
      TaskError(.malformed(path: "a.yaml", line: 3, .value(expected: "UTF-8"))), .badData,
      "'a.yaml', line 3: expected UTF-8"
    ),
    (
      TaskError(.noYAML(path: "a.yaml", line: 3, reason: "an open quote")), .badData,
      "'a.yaml', line 3: an open quote"
    ),
    (
      TaskError(.violation(.missing("list 'answers'"))).about("t", document: 2), .badData,
      "task 't', document 2: no list 'answers'"
    ),
    (
      TaskError(.circle("a", by: "b", isFile: false)), .badData,
      "group 'a' is a member of itself, by way of 'b'"
    ),
    (
      TaskError(.outsideDataRoot(key: "split", found: "../x", root: "data")).about("t"), .badData,
      "task 't': 'split' must name what lies in the data root 'data', found '../x'"
    ),
    (
      TaskError(.value(key: "doc_to_text", expected: "a text", found: "3")).about("t", document: 4), .badData,
      "task 't', document 4: 'doc_to_text' must give a text, found 3"
    ),
    (
      TaskError(.tooFewExamples(found: 1, needed: 3, shots: 2)).about("t"), .usage,
      "task 't': it has 1 examples to draw from, and 2 shots need 3"
    ),
    (
      TaskError(.noChoices).about("t", document: 1).about("t").about("u", document: 2), .badData,
      "task 't', document 1: the document has no choices"
    ),
  ]

  @Test("Each error of a task is one sentence, with the fault that decides the exit code", arguments: errors)
  func sentence(error: TaskError, fault: Fault, text: String) {
    #expect(error.description == text)
    #expect(error.fault == fault)
  }

  static let findings: [(TaskFinding.Problem, String)] = [
    (.unknownKey("a/bb", nearest: "bc"), "unknown key 'a/bb'; did you mean 'bc'?"),
    (.missingKey("task"), "the key 'task' is missing"),
    (
      .missingKey("doc_to_choice", neededBy: "output_type: multiple_choice"),
      "the key 'doc_to_choice' is missing, which 'output_type: multiple_choice' needs"
    ),
    (.repeated(.key("task")), "the key 'task' stands twice; the last one counts"),
    (.repeated(.filter("f")), "two filters are named 'f'; the last one counts"),
    (.value(key: "k", expected: "a list", found: "3"), "'k' must be a list, found 3"),
    (.element(key: "k", expected: "texts", found: "3"), "'k' must hold texts, found 3"),
    (
      .choice(key: "k", found: "mena", known: ["mean", "f1"]),
      "'k' must be one of 'mean', 'f1', found 'mena'; did you mean 'mean'?"
    ),
    (
      .fixed(key: "num_beams", value: 1, found: "4", .noBeams),
      "'num_beams' must be 1, found 4: there is no search with beams"
    ),
    (.unused(key: "top_p", .noDraws), "'top_p' does nothing where no answer is drawn"),
    (.unused(key: "max_tokens", .beside("max_gen_toks")), "'max_tokens' does nothing beside 'max_gen_toks'"),
    (
      .unsupported(key: "use_prompt", .notText),
      "'use_prompt' is not supported: nothing is executed from a file, and models read text"
    ),
    (
      .incomplete(.entry(of: "metric_list"), needs: ["metric"]),
      "an entry of 'metric_list' needs the key 'metric'"
    ),
    (
      .incomplete(.entry(of: "filter_list"), needs: ["name", "filter"]),
      "an entry of 'filter_list' needs a 'name' and a list 'filter'"
    ),
    (
      .incomplete(.filterStep, needs: ["function"], found: "3"),
      "a step of a filter needs the key 'function' with a name, found 3"
    ),
    (
      .incomplete(.member(of: "g"), needs: ["task", "group"]),
      "a member of group 'g' needs the key 'task' or 'group'"
    ),
    (.function("f", key: "k", needs: .documents), "'k' needs a function of documents, and 'f' is none"),
    (.function("f", key: nil, needs: .answers), "a filter needs a function of answers, and 'f' is none"),
    (
      .unknownFunction("utils.f", key: "k", nil, registered: "d:utils.f"),
      "'k' names the Python function 'utils.f', and no native function is registered under it; "
        + "let it run with --python PATH, or register one with TaskFunctions as 'd:utils.f'"
    ),
    (
      .unknownClass("C", TaskFinding.Source(path: "a/b.py", digest: "12", shape: "34")),
      "'class' names the Python class 'C', and what 'b.py' says it does is not known here (digest 12); "
        + "classes are not run in Python"
    ),
    (
      .unloadable(member: "m", TaskFinding(file: "m.yaml", line: 2, .noSplit), others: 1),
      "member 'm' does not load: 'm.yaml', line 2: neither 'test_split' nor 'validation_split' says what to evaluate, and 1 more"
    ),
    (
      .labels(astray: 4, of: 8, split: "test", first: 1, found: "5"),
      "the label names no choice in 4 of 8 documents of split 'test', first in document 1: found 5"
    ),
  ]

  @Test("Each sentence about a task file is computed from the facts of its finding", arguments: findings)
  func sentence(problem: TaskFinding.Problem, expected: String) {
    #expect(TaskFinding(file: "a", problem).message == expected)
  }

  @Test("A finding names the file and the line, the member of a group and the task that includes the file")
  func places() {
    var finding = TaskFinding(file: "a.yaml", line: 3, .noMembers)
    #expect("\(finding)" == "'a.yaml', line 3: a group needs members: 'task' names none")
    finding.member = "m"
    finding.includer = .init(task: "t", path: "t.yaml")
    #expect(
      finding.message
        == "member 'm': a group needs members: 'task' names none (included by task 't' in 't.yaml')")
    #expect("\(TaskFinding(file: "a.yaml", .noText))" == "'a.yaml': neither UTF-8 nor UTF-16 with its mark")
  }
}

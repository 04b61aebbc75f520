import Basics
import Testing

@testable import Tasks

@Suite("Errors of tasks")
struct TaskErrorTests {
  static let sentences: [(TaskError, Fault, String)] = [
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
  ]

  @Test(
    "Each error of a task is one sentence, with the fault that decides the exit code", arguments: sentences)
  func sentence(error: TaskError, fault: Fault, text: String) {
    #expect(error.description == text)
    #expect(error.fault == fault)
  }

  @Test("An error names its task once, however often it is added")
  func prefix() {
    let error = TaskError(.noChoices).about("t", document: 1).about("t").about("u", document: 2)
    #expect(error.description == "task 't', document 1: the document has no choices")
    #expect(error.task == "t" && error.document == 1)
  }
}

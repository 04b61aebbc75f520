import Evaluations
import Foundation
import Testing

@testable import Tasks

/// Task files are written for PyYAML: what it loads, and lm-evaluation-harness runs, loads here.
@Suite("Forms of task files")
struct TaskFormTests {
  private static let data = "{\"q\": \"a\", \"gold\": 1}\n"

  private static let forms: [(form: String, text: String)] = [
    ("CRLF", ("task: t\n" + TaskFolder.base).replacingOccurrences(of: "\n", with: "\r\n")),
    ("a byte order mark", "\u{FEFF}task: t\n" + TaskFolder.base),
    ("flow style", "{include: _base, task: t, tag: [some, other]}"),
    ("a folded name", "include: _base\ntask: >-\n  t\n"),
    ("quoted keys", "'include': _base\n\"task\": t\n"),
    ("a list of tags over two lines", "include: _base\ntask: t\ntag: [ some,\n  other ]\n"),
    ("a key that stands twice", "include: _base\ntask: u\ntask: t\n"),
    ("a key that stands three times", "include: _base\ntask: u\n\"task\": v\ntask: t\n"),
    ("a document's beginning", "---\ninclude: _base\ntask: t\n"),
  ]

  @Test("Tasks in a folder are found by name, and run", arguments: forms.indices)
  func form(index: Int) throws {
    let folder = try TaskFolder([
      "tasks/a.yaml": Self.forms[index].text, "tasks/_base": TaskFolder.base,
      "data/toy/test.jsonl": Self.data,
    ])
    let library = try TaskLibrary(dataRoot: folder.path + "/data", directories: [folder.path + "/tasks"])
    #expect(library.contains("t"), "\(Self.forms[index].form)")
    #expect(try library.tasks(named: "t").map(\.count) == [1])
    if Self.forms[index].text.contains("other") { #expect(library.kind(of: "other") == "tag") }
  }

  @Test("A second YAML document is an error that names the file, and so is an unknown name beside it")
  func secondDocument() throws {
    let folder = try TaskFolder(["a.yaml": "task: t\n---\ntask: u\n"])
    let library = try TaskLibrary(dataRoot: folder.path, directories: [folder.path])
    let error = #expect(throws: TaskError.self) { try library.tasks(named: "t") }
    guard case .unknownTask("t", nearest: _, let unreadable) = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(unreadable.map(\.line) == [2] && unreadable[0].file.hasSuffix("a.yaml"))
  }

  @Test("A key that stands twice is a finding, and the last value counts")
  func repeatedKey() throws {
    let folder = try TaskFolder([
      "a.yaml": "task: t\nnum_fewshot: 1\n" + TaskFolder.base + "\nnum_fewshot: 2\n"
    ])
    let findings = try TaskLint.findings(in: folder.path + "/a.yaml")
    #expect(findings.map(\.problem) == [.repeated(.key("num_fewshot"))])
    #expect(findings.map(\.line) == [2])
    var reader = try TaskReader(.file(folder.path + "/a.yaml"))
    #expect(TaskFile.reading(&reader)?.numFewshot == 2)
  }

  @Test("A file named without a folder includes what lies beside it")
  func includeWithoutFolder() {
    #expect(TaskSource.path(of: "_base", includedBy: "a.yaml") == "_base")
    #expect(TaskSource.path(of: "_base", includedBy: "t/a.yaml") == "t/_base")
    #expect(TaskSource.path(of: "/b/_base", includedBy: "t/a.yaml") == "/b/_base")
  }

  @Test("A file that is no task file is included by none, and nothing of it is shown")
  func secrets() throws {
    let folder = try TaskFolder([
      "a.yaml": "include: secret\ntask: t\n", "secret": "root: '*:19000'\nadmin: x\n",
    ])
    let error = try #require(throws: TaskError.self) {
      try TaskLint.findings(in: folder.path + "/a.yaml")
    }
    #expect(error.path?.hasSuffix("/secret") == true && error.found == "other keys")
    #expect(error.expected == "a mapping with keys of a task or a group")
    #expect(!error.description.contains("root:") && !error.description.contains("19000"))
  }

  @Test(
    "Keys that lm-evaluation-harness hands to metrics of texts alone are no finding for choices",
    arguments: ["average: macro", "weight_by_size: true", "hf_evaluate: true", "ignore_punctuation: 'yes'"])
  func harmlessKeys(key: String) throws {
    let folder = try TaskFolder([
      "a.yaml": "task: t\n" + TaskFolder.base + "\nmetric_list:\n  - metric: acc\n    \(key)\n"
    ])
    #expect(try TaskLint.findings(in: folder.path + "/a.yaml").isEmpty)
  }

  @Test("Lint checks the members of a group, and names the task that includes a faulty file")
  func lintOfGroups() throws {
    let folder = try TaskFolder([
      "g.yaml": "group: g\ntask: [no_such, a, {task: b, include: _base}]\n",
      "a.yaml": "include: _bad\ntask: a\n", "_bad": TaskFolder.base + "\nprocess_docs: !function utils.f\n",
    ])
    var linter = TaskLinter(directories: [folder.path])
    let group = try linter.findings(in: folder.path + "/g.yaml").map(\.problem)
    #expect(group.contains(.error(TaskError(.unknownMember("no_such", group: "g", nearest: nil)))))
    #expect(group.contains { if case .unloadable("a", _, _) = $0 { true } else { false } })
    #expect(group.contains(.memberKey("include", of: "g")))
    let own = try linter.findings(in: folder.path + "/a.yaml").map(\.includer)
    #expect(own == [.init(task: "a", path: folder.path + "/a.yaml")])
  }

  @Test("Lint counts labels that name no choice, where the data are there")
  func lintOfLabels() throws {
    let rows = ["0", "5", "null", "-1", "1.0", "true", "\"is\"", "\"A\""].map {
      "{\"q\": \"a\", \"gold\": \($0)}\n"
    }
    let folder = try TaskFolder([
      "a.yaml": "task: t\n" + TaskFolder.base, "data/toy/test.jsonl": rows.joined(),
    ])
    var linter = TaskLinter(directories: [], dataRoot: folder.path + "/data")
    let problems = try linter.findings(in: folder.path + "/a.yaml").map(\.problem)
    #expect(problems == [.labels(astray: 4, of: 8, split: "test", first: 1, found: "5")])
    var without = TaskLinter(directories: [], dataRoot: folder.path + "/nowhere")
    #expect(try without.findings(in: folder.path + "/a.yaml").isEmpty)
  }
}

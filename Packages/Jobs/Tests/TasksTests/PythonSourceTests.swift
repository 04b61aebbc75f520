import Foundation
import Templating
import Testing

@testable import Tasks

@Suite("Python's source, read and never run")
struct PythonSourceTests {
  private func module(_ source: String) throws -> PythonModule {
    try #require(PythonModule(source, path: "utils.py"))
  }

  @Test(
    "Comments, documentation, annotations, line ends and the rest of the file are no part of a function's digest"
  )
  func digests() throws {
    let plain = try module(
      "import re\n\nLETTERS = ['A', 'B']\n\ndef other(x):\n    return 1\n\ndef f(doc, n=2):\n    return LETTERS[doc['x']] + f\"{n}.\"\n"
    )
    let dressed = try module(
      """
      # a comment
      import json, re
      LETTERS: list[str] = [
          "A",
          "B",
      ]
      def f(doc: dict, n: int = 2) -> str:
          \"""Says what it does.\"""

          return LETTERS[doc["x"]] + \\
              f'{n}.'
      """)
    let first = PythonFunction("f", in: plain)
    #expect(first.digest == PythonFunction("f", in: dressed).digest)
    #expect(first.texts == ["A", "B", "x", "", "."])
    let changed = try module(
      "LETTERS = ['A', 'C']\n\ndef f(doc, n=2):\n    return LETTERS[doc['x']] + f\"{n}.\"\n")
    #expect(PythonFunction("f", in: changed).digest != first.digest)
    #expect(PythonFunction("f", in: changed).shape == first.shape)
    let helper = try module("def g(x):\n    return x\n\ndef f(doc):\n    return g(doc)\n")
    let otherHelper = try module("def g(x):\n    return -x\n\ndef f(doc):\n    return g(doc)\n")
    #expect(PythonFunction("f", in: helper).digest != PythonFunction("f", in: otherHelper).digest)
  }

  private static let filter =
    "from functools import partial\n\ndef keep(ds, kind):\n    return ds.filter(lambda x: x['kind'] == kind)\n\n"

  @Test(
    "Rows whose field has a value are a rule, in each of the forms that it is written in",
    arguments: [
      "def f(ds):\n    return ds.filter(lambda doc: doc[\"kind\"] == \"old\")\n",
      "def f(ds: Dataset) -> Dataset:\n    \"\"\"Old ones.\"\"\"\n    return ds.filter(lambda doc: doc['kind'] == 'old')\n",
      "def f(ds):\n    def test(doc):\n        return doc['kind'] == 'old'\n    return ds.filter(test)\n",
      filter + "f = partial(keep, kind='old')\n",
      "from functools import partial\n\ndef keep(ds, kind):\n    return ds.filter(lambda x: x['kind'] == f'o{kind}')\n\nf = partial(keep, kind='ld')\n",
      filter + "def f(rows):\n    return keep(rows, 'old')\n",
      filter
        + "KINDS = ['new', 'old']\nall = {f\"{k.replace('old', 'f').lower()}\": partial(keep, kind=k) for k in KINDS}\nglobals().update(all)\n",
    ])
  func rules(source: String) throws {
    let rule = RowRule("f", in: try module(source))
    #expect(rule == RowRule(field: "kind", condition: .equals("old")))
    #expect(try rule?.holds(for: ["kind": "old"]) == true)
    #expect(try rule?.holds(for: ["kind": "new"]) == false)
  }

  @Test(
    "A filter of rows that is written otherwise is no rule",
    arguments: [
      "def f(ds):\n    return ds.filter(lambda doc: doc['kind'] == 'old').map(g)\n",
      "def f(ds):\n    print(ds)\n    return ds.filter(lambda doc: doc['kind'] == 'old')\n",
      "def f(ds):\n    return ds.filter(lambda doc: doc['kind'] == other)\n",
      "def f(ds):\n    return ds.filter(lambda doc: doc['kind'] == 'old')\nf = g\n",
      "def f(ds):\n    return ds.filter(lambda doc: doc['kind'] == 'old')\nglobals()['f'] = g\n",
      filter + "def partial(f, kind):\n    return f\n\nf = partial(keep, kind='old')\n",
      filter + "f = partial(keep, sort='old')\n",
      "def keep(ds, x):\n    return ds.filter(lambda x: x['kind'] == x)\n\ndef f(ds):\n    return keep(ds, 'old')\n",
      "f = 1\n",
    ])
  func noRules(source: String) throws {
    #expect(RowRule("f", in: try module(source)) == nil)
  }

  @Test("Literal texts have Python's escapes")
  func escapes() throws {
    let module = try module("x = '\\n\\x41\\u00e9\\q' \"b\" r'\\n'\n")
    #expect(module.statements[0].tokens[2].text == "\n\u{41}\u{e9}\\qb\\n")
  }

  @Test("A task file takes rows by the rule of the Python file beside it")
  func rowsOfTask() throws {
    let folder = try TaskFolder([
      "t.yaml": TaskFolder.base.replacing(
        "test_split: test", with: "test_split: test\nprocess_docs: !function utils.f")
        + "\ntask: t\n",
      "utils.py": Self.filter + "f = partial(keep, kind='old')\n",
      "data/toy/test.jsonl": (0..<40).map {
        "{\"q\": \"\($0)\", \"gold\": 0, \"kind\": \"\($0 % 10 == 9 ? "old" : "new")\"}\n"
      }
      .joined(),
    ])
    let library = try TaskLibrary(dataRoot: folder.path + "/data", directories: [folder.path], limit: 3)
    let task = try library.tasks(named: "t")[0]
    #expect(task.documents.map { $0["q"]?.text } == ["9", "19", "29"])
  }

  @Test("A function that differs from the known one is refused, and one of the known source is taken")
  func changedFunction() throws {
    let base = TaskFolder.base + "\nprocess_results: !function utils.process_results_mc2\n"
    let known = """
      import numpy as np

      def process_results_mc2(doc, results):
          ll, _ = zip(*results)
          ll = np.array(ll)
          probs = np.exp(ll)
          probs_norm = probs / np.sum(probs)
          labels = np.array(doc["mc2_targets"]["labels"])
          pm_true = np.sum(probs_norm[labels == 1])
          return {"acc": pm_true}

      """
    let folder = try TaskFolder([
      "a/t.yaml": base.replacing("toy", with: "truthful_qa") + "task: a\n", "a/utils.py": known,
      "b/t.yaml": base.replacing("toy", with: "truthful_qa") + "task: b\n",
      "b/utils.py": known.replacing("labels == 1", with: "labels == 0"),
    ])
    #expect(try TaskLint.findings(in: folder.path + "/a/t.yaml").isEmpty)
    let findings = try TaskLint.findings(in: folder.path + "/b/t.yaml")
    #expect(
      findings.contains {
        guard case .unknownFunction(_, _, let source?, _) = $0.problem else { return false }
        return source.path == folder.path + "/b/utils.py"
      }, "\(findings)")
  }
}

@Suite("Names of tasks")
struct TaskNameTests {
  @Test(
    "A pattern matches names of tasks as in a shell",
    arguments: [
      ("mmlu_*", "mmlu_anatomy", true), ("mmlu_*", "xmmlu_", false), ("*", "a", true), ("a?c", "abc", true),
      ("a?c", "ac", false), ("[ab]x", "bx", true), ("[!ab]x", "bx", false), ("[a-c]*z", "bzz", true),
      ("*a*b", "xaxxb", true),
      ("*a*b", "xaxx", false),
    ])
  func patterns(pattern: String, name: String, matches: Bool) throws {
    #expect(try #require(NamePattern(pattern)).matches(name) == matches)
  }

  @Test(
    "The keys of a file are read from its lines as the parser reads them",
    arguments: [
      "task: a\ntag:\n  - b\n  - 'c'\ninclude: base\n", "\"task\": \"a\"\r\ntag: [x, y]\r\n",
      "task: a  # comment\ntag: t\n",
      "group: g\ntask:\n- a\n- b\n", "doc_to_text: \"one\ntask: no\n two\"\ntask: yes\n",
      "tag:\ntask: null\ngroup: ~\n",
      "doc_to_text: |\n  task: x\n\n  y\ntask: 'it'\n", "task: a: b\n", "task: >\n  folded\n",
      "{task: a, tag: b}\n",
      "task: a\n  b\n", "task: a\ntask: b\n", "# c\n\ntask: &x a\ntag: *x\n",
      "task:\n  - task: a\n    b: c\ngroup: g\n",
      "include:\n- a\n- b\nmetadata:\n  task: no\n", "choices: [\n\"a\",\n\"b\"]\ntask: t\n",
    ])
  func headers(text: String) throws {
    let folder = try TaskFolder(["t.yaml": text])
    let path = folder.path + "/t.yaml"
    guard let plain = TaskHeaderScan.values(of: Array(text.utf8)) else { return }
    let parsed = TaskHeaderFields(parsing: text)
    for key in ["task", "group", "tag"] {
      #expect((plain[key] ?? nil) ?? [] == parsed[key], "\(key) of \(path)")
    }
    #expect((plain["include"] ?? nil) ?? [] == parsed.includes)
  }

  @Test("Headers that were kept give the same index, and a file that changed is read again")
  func cache() throws {
    var files: [String: String] = [:]
    for number in 0..<600 {
      files["tasks/f\(number % 7)/t\(number).yaml"] = "task: t\(number)\ntag: tag\(number % 3)\n"
    }
    files["tasks/bad.yaml"] = "task: [\n"
    let folder = try TaskFolder(files)
    let cache = TaskHeaderCache(folder: folder.path + "/cache")
    func names() throws -> [String] {
      try TaskHeaders(in: folder.path + "/tasks", cache: cache).all.map { "\($0.kind) \($0.tags)" }
    }
    let cold = try names()
    #expect(cold.count == 600)
    #expect(FileManager.default.fileExists(atPath: cache.folder))
    #expect(cache.headers(of: folder.path + "/tasks")?.fields.count == 600)
    #expect(try names() == cold)
    try Data("task: renamed\n".utf8).write(to: URL(fileURLWithPath: folder.path + "/tasks/f0/t0.yaml"))
    #expect(try names().contains("task(\"renamed\") []"))
    try Data("task: new\n".utf8).write(to: URL(fileURLWithPath: folder.path + "/tasks/f1/new.yaml"))
    #expect(try names().contains("task(\"new\") []"))
    #expect(try TaskHeaders(in: folder.path + "/tasks", cache: cache).unreadable.count == 1)
  }

  @Test("An index that was kept holds until a file, an included one or a folder changes")
  func index() throws {
    var files = ["shared/base": "tag: old\n"]
    for number in 0..<600 { files["tasks/t\(number).yaml"] = "task: t\(number)\n" }
    files["tasks/t0.yaml"] = "include: ../shared/base\ntask: t0\n"
    let folder = try TaskFolder(files)
    let (place, cache) = (folder.path + "/tasks", TaskHeaderCache(folder: folder.path + "/cache"))
    func tags(of task: String) throws -> [String]? {
      try TaskHeaders(in: place, cache: cache).all.first { $0.kind == .task(task) }?.tags
    }
    #expect(cache.resolved(of: place) == nil)
    #expect(try tags(of: "t0") == ["old"])
    #expect(cache.resolved(of: place)?.count == 600)
    #expect(try tags(of: "t0") == ["old"])
    try Data("tag: newer\n".utf8).write(to: URL(fileURLWithPath: folder.path + "/shared/base"))
    #expect(cache.resolved(of: place) == nil)
    #expect(try tags(of: "t0") == ["newer"])
    try Data("task: more\n".utf8).write(to: URL(fileURLWithPath: place + "/more.yaml"))
    #expect(try tags(of: "more") == [])
    try FileManager.default.removeItem(atPath: place + "/t1.yaml")
    #expect(try tags(of: "t1") == nil)
  }
}

import Basics
import Evaluations
import Foundation
import Templating
import Testing

@testable import Tasks

/// A task file comes from anywhere: what it says must not overflow, take forever, or lead out of the data root.
@Suite("Bounds of task files")
struct TaskBoundsTests {
  @Test(
    "Numbers that mean nothing are findings",
    arguments: [
      "num_fewshot: 9223372036854775807", "num_fewshot: -1", "num_fewshot: 99999999999999999999",
      "repeats: 9223372036854775807", "repeats: 10000000", "repeats: 0",
      "fewshot_config: {fewshot_indices: [-1]}", "fewshot_config: {fewshot_indices: [9223372036854775807]}",
      "generation_kwargs: {max_gen_toks: 9223372036854775807}", "generation_kwargs: {max_gen_toks: -5}",
      "generation_kwargs: {temperature: .inf}",
      #"generation_kwargs: {temperature: "0.5\0x"}"#, "generation_kwargs: {num_beams: 4}",
      "generation_kwargs: {repetition_penalty: 0}", "generation_kwargs: {no_repeat_ngram_size: 2}",
      "generation_kwargs: {typical_p: 0.5, temperature: 1}", "generation_kwargs: {max_length: 5}",
      "generation_kwargs: {max_gen_toks: true}",
      "filter_list: [{name: f, filter: [{function: map, mapping_dict: [a]}]}]",
      "filter_list: [{name: f, filter: [{function: take_first_k, k: -1}]}]",
      "filter_list: [{name: f, filter: [{function: regex, group_select: -9223372036854775808}]}]",
    ])
  func numbers(key: String) throws {
    let folder = try TaskFolder([
      "a.yaml": "task: t\n"
        + TaskFolder.base.replacingOccurrences(of: "multiple_choice", with: "generate_until")
        + "\n\(key)\n"
    ])
    #expect(try TaskLint.findings(in: folder.path + "/a.yaml").count == 1)
  }

  @Test("A merge of what is no mapping is no task file", arguments: ["<<: 5", "<<: [5]"])
  func merges(key: String) throws {
    let folder = try TaskFolder(["a.yaml": "task: t\n" + TaskFolder.base + "\n\(key)\n"])
    let error = #expect(throws: TaskError.self) { try TaskLint.findings(in: folder.path + "/a.yaml") }
    #expect(error?.expected == "a mapping or a list of mappings" && error?.line == 8)
  }

  @Test(
    "Names that lead out of the data root are refused",
    arguments: [
      ("dataset_path: toy", "dataset_path: ../toy"),
      ("test_split: test", "test_split: ../../evil/split"), ("test_split: test", "test_split: /etc/x"),
      ("dataset_path: toy", "dataset_path: toy\ndataset_name: ../x"),
      ("dataset_path: toy", "dataset_path: toy\ndataset_kwargs: {data_files: {test: ../x.jsonl}}"),
    ])
  func outside(old: String, new: String) throws {
    let folder = try TaskFolder([
      "a.yaml": "task: t\n" + TaskFolder.base.replacingOccurrences(of: old, with: new)
    ])
    let library = try TaskLibrary(
      dataRoot: folder.path + "/data",
      fetch: { _, _, _, _ in Issue.record("nothing is fetched for such a name") })
    #expect { try library.tasks(named: folder.path + "/a.yaml") } throws: { error in
      guard case .outsideDataRoot? = (error as? TaskError)?.kind else { return false }
      return true
    }
  }

  @Test(
    "A data set or a split without a name of its own is refused, which would be all that lies there",
    arguments: [
      ("test_split: test", "test_split: ''"), ("test_split: test", "test_split: ./"),
      ("dataset_path: toy", "dataset_path: ''"),
    ])
  func unnamed(old: String, new: String) throws {
    let folder = try TaskFolder([
      "a.yaml": "task: t\n" + TaskFolder.base.replacingOccurrences(of: old, with: new),
      "data/toy/test.jsonl": "{\"q\": \"a\", \"gold\": 1}\n",
    ])
    let library = try TaskLibrary(dataRoot: folder.path + "/data")
    #expect { try library.tasks(named: folder.path + "/a.yaml") } throws: { error in
      guard case .value(_, expected: "a name", _)? = (error as? TaskError)?.kind else { return false }
      return true
    }
  }

  @Test("A split that a server did not give is missing where other splits of the data set are there")
  func otherSplits() throws {
    let folder = try TaskFolder([
      "a.yaml": "task: t\n" + TaskFolder.base, "data/toy/train.jsonl": "{\"q\": \"a\", \"gold\": 1}\n",
    ])
    let down = TaskError(
      .download(what: "it", ErrorCause(TaskError(.noChoices)), isTransient: true))
    let library = try TaskLibrary(
      dataRoot: folder.path + "/data", fetch: { _, _, _, _ in throw down })
    #expect { try library.tasks(named: folder.path + "/a.yaml") } throws: { error in
      guard let error = error as? TaskError, case .missingSplit("test", _, _, ["train"], _) = error.kind
      else { return false }
      return error.fault == .missingInput && "\(error)".contains("from the Hub: the document has no choices")
    }
  }

  @Test("Groups and files that each name the next one twice are read in bounded time")
  func exponential() throws {
    var files = [
      "tasks/t.yaml": "task: t\ninclude: [d0, d0]\n", "data/toy/test.jsonl": "{\"q\": \"a\", \"gold\": 1}\n",
    ]
    for index in 0..<40 {
      files["tasks/g\(index).yaml"] = "group: g\(index)\ntask: [g\(index + 1), g\(index + 1)]\n"
      files["tasks/d\(index)"] = "include: [d\(index + 1), d\(index + 1)]\n"
    }
    files["tasks/g40.yaml"] = "group: g40\ntask: [t, t]\n"
    files["tasks/d40"] = TaskFolder.base
    let folder = try TaskFolder(files)
    let library = try TaskLibrary(dataRoot: folder.path + "/data", directories: [folder.path + "/tasks"])
    #expect(try library.tasks(named: "g0").map(\.name) == ["t"])
    #expect(try library.groups(named: "g0").count == 41)
  }

  @Test("Files that include each other in a circle are refused")
  func circle() throws {
    let folder = try TaskFolder([
      "a.yaml": "include: [b.yaml, b.yaml]\ntask: t\n", "b.yaml": "include: [a.yaml, a.yaml]\n",
    ])
    let library = try TaskLibrary(dataRoot: folder.path, directories: [folder.path])
    let error = try #require(throws: TaskError.self) { try library.tasks(named: "t") }
    guard case .circle(_, by: _, isFile: true) = error.kind else {
      Issue.record(error)
      return
    }
  }

  private static func isTemplateError(_ error: any Error, _ kind: TemplateError.Kind) -> Bool {
    (error as? TemplateError)?.kind == kind
  }

  @Test("A filter whose pattern backtracks without end is an error that names the pattern")
  func backtracking() throws {
    let filter = RegexFilter(pattern: try PythonPattern("(a|a|aa)*c"))
    #expect { try filter.extract(from: String(repeating: "a", count: 200)) } throws: {
      Self.isTemplateError($0, .limit)
    }
    #expect { try PythonPattern("((a|b)*") } throws: { Self.isTemplateError($0, .operation) }
    let nested = String(repeating: "(?:", count: 20_000) + "a" + String(repeating: ")", count: 20_000)
    #expect { try PythonPattern(nested) } throws: {
      Self.isTemplateError($0, .limit)
    }
    let long = try PythonPattern("(a|b)*c")
    #expect { try long.findAll(in: String(repeating: "ab", count: 3_000_000)) } throws: {
      Self.isTemplateError($0, .limit)
    }
  }
}

import Evaluations
import Foundation
import Templating
import Testing

@testable import Tasks

@Suite("Task library")
struct LibraryTests {
  @Test("Every bundled task and group has a definition without findings")
  func bundled() throws {
    for task in BundledTask.all {
      var reader = try TaskReader(.bundled(task))
      if task.isGroup { _ = TaskGroup.aggregates(&reader) } else { _ = TaskFile.reading(&reader) }
      #expect(reader.findings.isEmpty, "\(task.name): \(reader.findings)")
    }
    let library = try TaskLibrary(dataRoot: ".")
    #expect(library.names.count { $0.hasPrefix("blimp_") } == 67)
    #expect(try library.groups(named: "mmlu").map(\.tasks.count) == [57, 19, 13, 12, 13])
  }

  @Test("An unknown task is refused with a near name, and missing data with the places that were searched")
  func errors() throws {
    let library = try TaskLibrary(dataRoot: "nowhere")
    let unknown = #expect(throws: TaskError.self) { try library.evaluations(named: "hellaswg") }
    #expect(unknown?.kind == .unknownTask("hellaswg", nearest: "hellaswag", unreadable: []))
    let missing = #expect(throws: TaskError.self) { try library.evaluations(named: "piqa") }
    guard case .missingData(dataset: _, path: let path, command: _, reason: _) = missing?.kind else {
      Issue.record("\(String(describing: missing))")
      return
    }
    #expect(path == "nowhere/piqa/validation.jsonl")
  }

  @Test("All mistakes in a file are found at once")
  func lint() throws {
    let path = NSTemporaryDirectory() + "lint-\(UUID().uuidString).yaml"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try """
    task: t
    dataset_path: d
    test_split: test
    output_typ: multiple_choice
    doc_to_text: "{{ a"
    doc_to_target: !function utils.nothing
    metric_list:
      - metric: blue
    """.write(toFile: path, atomically: true, encoding: .utf8)
    let findings = try TaskLint.findings(in: path)
    #expect(findings.map(\.line) == [4, 5, 6, 8])
    #expect(findings[0].problem == .unknownKey("output_typ", nearest: "output_type"))
    #expect(findings[1].key == "doc_to_text")
    #expect(findings[2].key == "doc_to_target" && findings[2].found == "utils.nothing")
    #expect(findings[3].found == "blue" && findings[3].nearest == "bleu")
  }

  /// Worked out by hand from the definitions of f1 and of the phi coefficient.
  @Test("F1 and Matthews' coefficient are those of their definitions")
  func labels() {
    let pairs = [(1, 1), (0, 1), (1, 0), (1, 1), (0, 0)].map {
      SampleValue.Content.labels(gold: $0, predicted: $1)
    }
    #expect(abs(Aggregation.f1(pairs) - 2.0 / 3) < 1e-15)
    #expect(abs(Aggregation.matthews(pairs) - 1.0 / 6) < 1e-15)
  }

  @Test("Filters extract as Python's re does")
  func filters() throws {
    let regex = RegexFilter(
      pattern: try PythonPattern("(-?[$0-9.,]{2,})|(-?[0-9]+)"), selection: -1, fallback: "[invalid]")
    #expect(try regex.extract(from: "He pays $12.50, then 7") == "7")
    #expect(try regex.extract(from: "none") == nil)
    #expect(try PythonPattern(#"\boxed{(?P<the_answer>[^}]*)}"#).findAll(in: "oxed{4}") == [["4"]])
  }
}

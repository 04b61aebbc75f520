import Basics
import Bridge
import Evaluations
import Foundation
import JobsTesting
import Templating
import Testing
import Tokenization

@testable import Tasks

@Suite("Functions in Python", .enabled(if: Python.system != nil, "there is no python3"))
struct PythonTaskTests {
  private let context = EvaluationContext(tokenizer: BytesTokenizer(), blockSize: 64)

  private static let functions = """
    import random
    from words import shout

    rng = random.Random(1)

    def process_docs(dataset):
        return dataset.map(lambda row: {"q": shout(row["q"]), "extra": row["note"]}).filter(lambda row: row["keep"])

    def choices(doc):
        return ("no", "yes")

    def text(doc):
        return f"{doc['q']} {doc['extra']}"

    def results(doc, results):
        (first, _), (second, greedy) = results
        return {"acc": int(second > first), "pair": (doc["gold"], greedy), "loss": -second}

    def share(items):
        assert all(isinstance(item, tuple) for item in items), items
        return sum(greedy for _, greedy in items) / len(items)

    def two(references, predictions, factor):
        return {"first": factor * (references == predictions), "second": len(predictions[0])}

    class Cut:
        def __init__(self, at):
            self.at = at

        def apply(self, resps, docs):
            return [[answer.split(self.at)[0] for answer in answers] for answers in resps]

    def shots():
        return [{"q": "s", "note": "", "gold": 0, "keep": True}]

    def fails(doc):
        return doc["absent"]

    def data(size, **_):
        return {"test": [{"q": str(i), "gold": i} for i in range(size)]}
    """

  private static let base = """
    task: t
    dataset_path: toy
    test_split: test
    doc_to_target: gold
    """
  private static let choice = """
    output_type: multiple_choice
    process_docs: !function utils.process_docs
    doc_to_text: !function utils.text
    doc_to_choice: !function utils.choices
    process_results: !function utils.results
    metric_list:
      - metric: acc
      - metric: pair
        aggregation: !function utils.share
      - metric: loss
        aggregation: mean
    """
  private static let generation = """
    output_type: generate_until
    doc_to_text: "{{q}}"
    generation_kwargs: {max_gen_toks: 8}
    filter_list:
      - name: cut
        filter:
          - function: !function utils.Cut
            at: ";"
          - function: take_first
    metric_list:
      - metric: !function utils.two
        aggregation: mean
        factor: 3
    """

  private func folder(_ yaml: String, before: String = "") throws -> TaskFolder {
    try TaskFolder([
      "t.yaml": Self.base + "\n" + yaml, "utils.py": before + Self.functions,
      "words.py": "def shout(text):\n    return text.upper()\n",
      "data/toy/test.jsonl": """
      {"q": "a", "gold": 1, "keep": true}
      {"q": "b", "gold": 0, "keep": false, "note": "n"}
      {"q": "c", "gold": 0, "keep": true, "note": "m"}
      """,
    ])
  }

  private func task(_ folder: TaskFolder, shots: Int? = nil) throws -> TaskEvaluation {
    let library = try TaskLibrary(
      dataRoot: folder.path + "/data", directories: [folder.path], numFewshot: shots,
      allowed: AllowedCode(python: TaskPython(try #require(Python.system))))
    return try library.tasks(named: "t")[0]
  }

  @Test(
    "Python functions make documents, prompts and choices, and score them with tuples that aggregations get back"
  )
  func choices() throws {
    let folder = try folder(Self.choice)
    let task = try task(folder)
    #expect(task.definition.callsPython)
    #expect(task.definition.functions.count == 5)
    #expect(task.documents.map { $0["q"]?.text } == ["A", "C"])
    // A field that a document lacks is None, as in a data set.
    #expect(try task.contexts(of: 0, in: context.chat) == ["A None"])
    let outcomes = try (0..<2).map { index in
      let sample = try task.samples(of: index, in: context)[0]
      return try sample.score([
        scores(-3, isGreedy: false, for: sample.requests[0]),
        scores(index == 0 ? -2 : -5, isGreedy: index == 0, for: sample.requests[1]),
      ])
    }
    #expect(outcomes[0].values.map(\.content) == [.python("1"), .python(#"{"()": [1, true]}"#), .number(2)])
    let metrics = try task.metrics(of: outcomes)
    #expect(metrics.map(\.name) == ["acc", "pair", "loss"])
    #expect(metrics.map(\.value) == [0.5, 0.5, 3.5])
  }

  @Test("Python classes filter answers, and Python metrics have several names")
  func generations() throws {
    let folder = try folder(Self.generation)
    let task = try task(folder)
    let sample = try task.samples(of: 0, in: context)[0]
    let answer = Generation(
      ids: try context.tokenizer.encode("1;x", addingSpecialTokens: false), logProbabilities: [0, 0, 0],
      stop: nil)
    let outcome = try sample.score([.generation(answer)])
    #expect(outcome.answers == ["cut": "1"])
    #expect(outcome.values.map(\.metric) == ["first", "second"])
    #expect(try task.metrics(of: [outcome]).map(\.value) == [3, 1])
  }

  /// A module that registers a filter with the harness, and a harness that, as the real one, knows each name once.
  private static func registering(_ mark: String) -> [String: String] {
    [
      "lm_eval/__init__.py": "", "lm_eval/api/__init__.py": "",
      "lm_eval/api/registry.py": """
      class Registry:
          def __init__(self):
              self._objs = {}

      filter_registry = Registry()

      def register_filter(name):
          def register(kind):
              if name in filter_registry._objs:
                  raise ValueError(f"{name} stands twice")
              filter_registry._objs[name] = kind
              return kind
          return register
      """,
      "utils.py": """
      from lm_eval.api.registry import register_filter

      def text(doc):
          return doc["q"]

      @register_filter("marking")
      class Marking:
          def __init__(self, times=1):
              self.times = times

          def apply(self, resps, docs):
              return [[answer + "\(mark)" * self.times for answer in answers] for answers in resps]
      """,
      "data/toy/test.jsonl": #"{"q": "a", "gold": "b"}"#,
    ]
  }

  @Test("Filters that Python modules register are found by their names, each task's in its own module")
  func registered() throws {
    let python = TaskPython(try #require(Python.system))
    func folder(_ mark: String, filter: String = "marking") throws -> TaskFolder {
      let yaml =
        Self.base + """

          output_type: generate_until
          doc_to_text: !function utils.text
          generation_kwargs: {max_gen_toks: 8}
          filter_list:
            - name: marked
              filter:
                - function: \(filter)
                  times: 2
                - function: take_first
          """
      return try TaskFolder(Self.registering(mark).merging(["t.yaml": yaml]) { $1 })
    }
    func task(_ folder: TaskFolder) throws -> TaskEvaluation {
      let library = try TaskLibrary(
        dataRoot: folder.path + "/data", directories: [folder.path], allowed: AllowedCode(python: python))
      return try library.tasks(named: "t")[0]
    }
    for mark in ["!", "?"] {
      let folder = try folder(mark)
      try withExtendedLifetime(folder) {
        let task = try task(folder)
        #expect(task.definition.functions.map { $0.prefix { $0 != " " } } == ["utils.text", "utils:marking"])
        let answer = Generation(
          ids: try context.tokenizer.encode("1", addingSpecialTokens: false), logProbabilities: [0], stop: nil
        )
        let outcome = try task.samples(of: 0, in: context)[0].score([.generation(answer)])
        #expect(outcome.answers == ["marked": "1\(mark)\(mark)"])
      }
    }
    #expect(throws: TaskError.self) { try task(folder("!", filter: "marked")) }
  }

  @Test("Python functions give shots, and all documents of a task")
  func documents() throws {
    let shots = try folder(
      Self.choice + "\nfewshot_config:\n  samples: !function utils.shots\n  doc_to_text: \"{{q}}?\"\n")
    #expect(try task(shots, shots: 1).contexts(of: 0, in: context.chat) == ["s? no\n\nA None"])
    let custom = try folder(
      "custom_dataset: !function utils.data\nmetadata: {size: 3}\noutput_type: generate_until\ndoc_to_text: \"{{q}}\"\n"
    )
    #expect(try task(custom).documents.map { $0["q"]?.text } == ["0", "1", "2"])
  }

  @Test("A Python function that fails is an error with task, document, file and line")
  func failures() throws {
    let folder = try folder(Self.choice.replacing("utils.text", with: "utils.fails"))
    let error = try #require(throws: TaskError.self) { _ = try task(folder) }
    #expect(error.task == "t" && error.document == 0 && error.fault == .badData)
    guard case .python(let cause, _) = error.kind else {
      Issue.record(error)
      return
    }
    #expect(cause.function == "utils.fails")
    #expect(
      cause.kind
        == .exception(type: "KeyError", message: "'absent'", file: "\(folder.path)/utils.py", line: 37))
  }

  @Test(
    "No Python function is called unless a Python is given, and the refusal says how to give one",
    arguments: [choice, generation, "custom_dataset: !function utils.data\ndoc_to_text: a\n"])
  func refusals(yaml: String) throws {
    let folder = try folder(yaml, before: "open(__file__ + '.ran', 'w')\n")
    let findings = try TaskLint.findings(in: folder.path + "/t.yaml")
    #expect(
      findings.contains {
        switch $0.problem {
        case .unknownFunction, .unsupported(_, .noPython): true
        default: false
        }
      }, "\(findings)")
    #expect(throws: TaskError.self) {
      try TaskLibrary(dataRoot: folder.path + "/data", directories: [folder.path]).tasks(named: "t")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/utils.py.ran"))
  }
}

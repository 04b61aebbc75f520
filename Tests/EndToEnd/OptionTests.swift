import Basics
import Foundation
import Testing

/// Each option of `run` with each kind of evaluation: used, or an error that names it.
@Suite("Options of run")
struct OptionTests {
  @Test("The table of options holds every option of run, with what uses it")
  func complete() throws {
    let outcome = try Program.run(["run", "--experimental-dump-help"], in: TemporaryFolder())
    let arguments = try #require(
      JSONValue(Array(outcome.output.utf8)).object?["command"]?.object?["arguments"]?.list)
    let names = arguments.compactMap(\.object).filter { $0["kind"]?.text != "positional" }
      .compactMap { $0["preferredName"]?.object?["name"]?.text }
    let others: Set<String> = ["help", "version"]
    #expect(Set(names).subtracting(others) == Set(Option.all.map(\.name)))
    #expect(Option.all.count == Set(Option.all.map(\.name)).count)
  }

  @Test("Evaluations that use an option take it together", arguments: Kind.allCases)
  func used(kind: Kind) throws {
    let folder = try kind.folder()
    let options = Option.all.filter { $0.isUsed(by: kind) }.flatMap(\.words)
    let outcome = try Program.run(["run"] + kind.words + options, in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
  }

  @Test("An option that nothing uses is an error by its name", arguments: Kind.allCases)
  func refused(kind: Kind) throws {
    let folder = try kind.folder()
    let before = folder.contents
    for option in Option.all where option.isRefused(by: kind) {
      let outcome = try Program.run(["run"] + kind.words + option.words, in: folder)
      #expect(outcome.code == 64, "\(option.words): \(outcome.errors)")
      #expect(option.names.contains { outcome.errors.contains($0) }, "\(option.words): \(outcome.errors)")
      #expect(outcome.errors.hasPrefix("error: ") && outcome.errors.split(separator: "\n").count == 1)
      #expect(folder.contents == before, "\(option.words)")
    }
  }
}

/// What an evaluation asks of a model.
enum Kind: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case choice, generation, rolling, comparison, rollout, text

  static let tasks: Set<Kind> = [.choice, .generation, .rolling]
  /// Those that ask for something, in a chat where one is wanted.
  static let asking: Set<Kind> = [.choice, .generation, .rollout]

  var testDescription: String { rawValue }

  private var evaluation: String {
    switch self {
    case .comparison: "agreement"
    case .rollout: "sums"
    case .text: "text.txt"
    case .choice, .generation, .rolling: rawValue
    }
  }

  var words: [String] {
    ["--restore", fixtures + "/eval_model", "--tasks", evaluation, "--tasks-dir", "tasks", "--data", "data"]
  }

  /// A folder with the task, its documents and a text.
  func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in ["tasks", "data/item"] {
      try FileManager.default.createDirectory(
        atPath: folder.file(name), withIntermediateDirectories: true)
    }
    try folder.write("one two three four five six seven eight nine ten\n", to: "text.txt")
    try folder.write(
      """
      {"q": "1+1=", "options": ["two", "three"], "a": "two"}
      {"q": "1+2=", "options": ["two", "three"], "a": "three"}

      """, to: "data/item/validation.jsonl")
    if let own { try folder.write(Self.common + own, to: "tasks/task.yaml") }
    return folder
  }

  private static let common = """
    dataset_path: item
    validation_split: validation
    fewshot_split: validation
    doc_to_target: "{{a}}"

    """

  private var own: String? {
    switch self {
    case .choice:
      "task: choice\noutput_type: multiple_choice\ndoc_to_text: \"{{q}}\"\ndoc_to_choice: \"{{options}}\"\n"
    case .generation:
      "task: generation\noutput_type: generate_until\ndoc_to_text: \"{{q}}\"\ngeneration_kwargs: {max_gen_toks: 2}\n"
    case .rolling: "task: rolling\noutput_type: loglikelihood_rolling\ndoc_to_text: \"\"\n"
    case .comparison, .rollout, .text: nil
    }
  }
}

/// An option of `run`, with a value, and which evaluations use it.
private struct Option {
  let words: [String]
  /// Another word by which an error may name it: the setting that it stands for.
  var setting: String?
  let use: Use

  enum Use {
    /// By these, and no others.
    case by(Set<Kind>)
    /// By all: which model is run, as what, where its results go, or where files are looked for.
    case byAll
    /// By all; this test's own command has it, or another in its place.
    case given
  }

  init(_ words: String..., setting: String? = nil, use: Use) {
    (self.words, self.setting, self.use) = (words, setting, use)
  }

  var name: String { String(words[0].dropFirst(2)) }
  var names: [String] { [words[0]] + (setting.map { [$0] } ?? []) }

  func isUsed(by kind: Kind) -> Bool {
    switch use {
    case .by(let kinds): kinds.contains(kind)
    case .byAll: true
    case .given: false
    }
  }

  func isRefused(by kind: Kind) -> Bool {
    if case .by(let kinds) = use { !kinds.contains(kind) } else { false }
  }

  static let all = [
    // The model.
    Option("--job", "gpt/evaluate", use: .byAll),
    Option("--config", "settings.yaml", use: .given),
    Option("--restore", use: .given),
    Option("--backbone", use: .given),
    Option("--adapter", "adapter", use: .by([])),
    // What it is asked.
    Option("--tasks", use: .given),
    Option("--tasks-dir", "tasks", use: .byAll),
    Option("--data", "data", use: .byAll),
    Option("--split", "validation", use: .by(Kind.tasks)),
    Option("--limit", "2", use: .by(Set(Kind.allCases).subtracting([.text]))),
    Option("--num-fewshot", "1", use: .by([.choice, .generation])),
    Option("--apply-chat-template", use: .by(Kind.asking)),
    Option("--system-instruction", "Add.", use: .by(Kind.asking)),
    Option("--chat-template-args", "{\"a\": 1}", setting: "eval/chat_template_args", use: .by(Kind.asking)),
    Option("--think-end-token", "7", use: .by([.generation, .rollout])),
    Option("--compat", "lm-eval", use: .by(Kind.tasks)),
    // Whose results they are, and where they go.
    Option("--root", "elsewhere", use: .byAll),
    Option("--name", "n", use: .byAll),
    Option("--project", "p", use: .byAll),
    Option("--group", "g", use: .byAll),
    Option("--output-format", "lm-eval", use: .byAll),
    Option("--events", "events.jsonl", use: .byAll),
    Option("--json", use: .byAll),
    Option("--resume", use: .given),
    // Ranks, servers and programs.
    Option("--devices", "1", use: .byAll),
    Option("--shard-into", "2", use: .by([])),
    Option("--patience", "60", use: .by([])),
    Option("--api-key-file", "key", use: .by([])),
    Option("--concurrency", "2", use: .by([])),
    Option("--max-requests", "2", use: .by([])),
    Option("--max-tokens", "2000", use: .by([])),
    Option("--requests-per-minute", "2", use: .by([])),
    Option("--python", "/bin/true", use: .by([])),
    Option("--python-timeout", "5", use: .by([])),
    Option("--allow-code", use: .by([])),
  ]
}

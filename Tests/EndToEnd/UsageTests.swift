import Configurate
import Foundation
import Testing

/// What the command line refuses before anything is computed, and what it offers instead.
@Suite("Usage")
struct UsageTests {
  private func check(
    _ arguments: [String], environment: [String: String] = [:], code: Int32 = 64, _ sentence: String,
    location: SourceLocation = #_sourceLocation
  ) throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(arguments, in: folder, environment: environment)
    #expect(outcome.code == code, "\(outcome.errors)", sourceLocation: location)
    #expect(outcome.errors.contains(sentence), "\(outcome.errors)", sourceLocation: location)
    #expect(outcome.errors.hasPrefix("error: "), sourceLocation: location)
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)", sourceLocation: location)
    #expect(outcome.output.isEmpty && folder.contents.isEmpty, sourceLocation: location)
  }

  @Test(
    "A mistyped command is refused with the nearest one",
    arguments: [
      ("runn", "did you mean 'run'?"), ("verfy", "did you mean 'verify'?"), ("ls", "did you mean 'list'?"),
      ("version", "did you mean '--version'?"), ("xyzzyxyzzy", "see 'evaluate --help'"),
    ])
  func commands(word: String, suggestion: String) throws {
    try check([word], "unknown command '\(word)'; \(suggestion)")
  }

  @Test("A file without its option is refused with the option")
  func files() throws {
    try check(["checkpoint.h5"], "name it with --restore checkpoint.h5")
    try check(["model.gguf"], "name it with --backbone model.gguf")
    try check([fixtures + "/eval_model"], "name it with --restore")
    try check(["sums"], "name it with --tasks sums")
    try check(["run", "gpt/evaluate"], "name it with --job gpt/evaluate")
    try check(["run", "--tasks", "sums", "eval.lenght"], "neither an option nor a setting")
  }

  @Test(
    "Numbers out of range are refused",
    arguments: [
      (["--limit", "0"], "--limit must be at least 1, found 0"),
      (["--limit", "-3"], "--limit must be at least 1, found -3"),
      (["--num-fewshot", "-1"], "--num-fewshot must be at least 0, found -1"),
      (["--tasks", ""], "--tasks must name evaluations"),
      (["--tasks", ","], "--tasks must name evaluations"),
      (["--devices", "100000"], "--devices must be at most 256 to run, found 100000"),
      (["--devices", "9223372036854775807"], "at most 1048576"),
      (["--devices", "9223372036854775807", "--shard-into", "9223372036854775807"], "at most 1048576"),
      (["--limit", "x"], "--limit"), (["--nothing"], "unknown option '--nothing'"),
    ])
  func numbers(arguments: [String], sentence: String) throws { try check(["run"] + arguments, sentence) }

  @Test(
    "An option that a command does not use is an error",
    arguments: [
      (["run", "--resume"], "job 'gpt/evaluate' has no checkpoints to resume from; leave out --resume"),
      (["plan", "--resume"], "--resume is for 'run' only"),
      (["run", "--restore", "x", "--resume", "--name", "n"], "name, project and group; leave out --name"),
      (["verify", "--resume"], "--resume is for 'run' only"),
      (["run", "--concurrency", "16"], "--concurrency is for a model that a server holds"),
      (["plan", "--max-requests", "1"], "--max-requests is for a model that a server holds"),
      (["run", "--requests-per-minute", "1"], "--requests-per-minute is for a model that a server holds"),
      (["run", "--api-key-file", "x"], "--api-key-file is for a model that a server holds"),
      (
        [
          "run", "--job", "data/tokenize_variable_dataset", "--output-format", "lm-eval", "data.dataset=x",
          "tokenizer.backend=bytes",
        ], "job 'data/tokenize_variable_dataset' runs no evaluations"
      ),
    ])
  func unused(arguments: [String], sentence: String) throws { try check(arguments, sentence) }

  @Test(
    "A number of threads in the environment that is none is refused",
    arguments: ["abc", "0", "-1", "999999999999"])
  func threads(text: String) throws {
    try check(
      ["list", "jobs"], environment: ["ASSAY_THREADS": text],
      "ASSAY_THREADS must be a number of threads from 1 to 256, found '\(text)'")
  }

  @Test(
    "Sizes beyond any model are refused",
    arguments: ["n_layers", "n_embd", "n_head", "vocab_size", "intermediate_size", "block_size"])
  func sizes(key: String) throws {
    for size in ["1000000000", "4611686018427387904", "9223372036854775807"] {
      try check(
        ["run", "architecture.\(key)=\(size)"], "setting 'architecture/\(key)' must be an integer of at most")
    }
  }

  @Test("A settings file that is not there is refused", arguments: ["nowhere.yaml", "~nowhere.yaml"])
  func missingConfig(name: String) throws {
    try check(["run", "--config", name], code: 66, "there is no such file")
  }

  @Test("A home directory that holds no model is refused", arguments: ["~", "~nobody", "~/nowhere"])
  func tilde(path: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(
      ["run", "--backbone", path, "--tasks", "sums"], in: folder,
      environment: ["HOME": folder.path, "HF_HUB_OFFLINE": "1"])
    #expect([64, 65, 66].contains(outcome.code), "\(outcome.errors)")
    #expect(outcome.errors.hasPrefix("error: "))
  }

  @Test(
    "A standard output that cannot be written to is an error",
    arguments: [
      ["list", "evaluations"], ["configure", "gpt/evaluate", "-"], ["--version"], ["help", "eval.length"],
    ])
  func fullOutput(arguments: [String]) throws {
    let words = arguments.map { "'\($0)'" }.joined(separator: " ")
    for (redirection, reason) in [(">/dev/full", "no space left on device"), (">&-", "bad file descriptor")] {
      let folder = try TemporaryFolder()
      let outcome = try Program.run(
        ["-c", "'\(Program.path)' \(words) \(redirection)"], in: folder, binary: "/bin/sh")
      #expect(outcome.code == 74, "\(outcome.errors)")
      #expect(outcome.errors == "error: cannot write to standard output: \(reason)\n")
    }
  }

  @Test("Limits of the system are stated in one sentence", arguments: ["-n 4", "-f 8", "-s 64"])
  func limits(limit: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(
      ["-c", "ulimit \(limit); exec '\(Program.path)' run --limit 20"], in: folder, binary: "/bin/sh")
    #expect([64, 75].contains(outcome.code), "\(outcome.errors)")
    #expect(outcome.errors.hasPrefix("error: "))
  }

  /// Between a limit in which the system does not load the program and one in which it runs, it says what it needs.
  @Test("However little address space there is, a run ends")
  func addressSpace() throws {
    let folder = try TemporaryFolder()
    var codes: Set<Int32> = []
    for limit in stride(from: 150_000, to: 1_000_000, by: 50_000) {
      let outcome = try Program.run(
        ["-c", "ulimit -v \(limit); exec timeout 60 '\(Program.path)' run --limit 2 --name v\(limit)"],
        in: folder,
        binary: "/bin/sh")
      codes.insert(outcome.code)
      #expect([0, 64, 127].contains(outcome.code), "\(limit) KiB: \(outcome.code) \(outcome.errors)")
      if outcome.code == 64 { #expect(outcome.errors.contains("of address space"), "\(outcome.errors)") }
    }
    #expect(codes.isSuperset(of: [0, 64]))
  }

  @Test("Blanks between names of evaluations do not matter")
  func blanks() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(
      ["run", "--restore", fixtures + "/eval_model", "--tasks", "sums, agreement", "--limit", "3"], in: folder
    )
    #expect(outcome.code == 0, "\(outcome.errors)")
  }

  @Test("help explains a setting by its key or its last part, and names the nearest on a miss")
  func help() throws {
    let folder = try TemporaryFolder()
    for name in ["eval.length", "eval/length"] {
      let outcome = try Program.run(["help", name], in: folder)
      #expect(outcome.code == 0 && outcome.output.hasPrefix("eval/length\n"), "\(outcome.output)")
      #expect(outcome.output.contains("default  -1") && outcome.output.contains("gpt/evaluate"))
    }
    #expect(try Program.run(["help", "per_device_batch_size"], in: folder).code == 0)
    #expect(try Program.run(["help", "run"], in: folder).output.contains("USAGE"))
    try check(["help", "eval.lenght"], "did you mean 'eval/length'?")
  }

  @Test("configure explains every setting of every job, and its file reads back")
  func configure() throws {
    let folder = try TemporaryFolder()
    let jobs = try Program.run(["list", "jobs"], in: folder).output.split(separator: "\n")
      .compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(jobs.count > 5)
    for job in jobs {
      let outcome = try Program.run(["configure", job, "settings.yaml"], in: folder)
      #expect(outcome.code == 0 && outcome.errors == "written to settings.yaml\n")
      let text = try folder.read("settings.yaml")
      #expect(try !SettingsTree(yaml: text, name: job).keys.isEmpty)
      let lines = text.split(separator: "\n").map { $0.drop { $0 == " " } }
      for (line, before) in zip(lines.dropFirst(), lines) where line.contains(": ") && !line.hasPrefix("#") {
        #expect(
          before.hasPrefix("#") || line.hasPrefix("- "), "a setting of \(job) has no help text: \(line)")
      }
    }
  }
}

import ArgumentParser
import Basics
import Evaluations
import Foundation

/// A command line as lm-evaluation-harness's users type it, in this program's own words.
///
/// Options that mean the same are renamed; those that need nothing here are left out, with a note; the others are an error
/// that names what stands for them.
struct HarnessArguments {
  private(set) var words: [String]
  /// What was left out, and why.
  private(set) var notes: [String] = []

  private enum Rule {
    /// Another name of an option with a value.
    case option(String)
    /// Another name of a flag.
    case flag(String)
    /// A setting that the value goes to.
    case setting(String)
    /// Nothing to do: with a value or as a flag, and why.
    case nothing(takesValue: Bool, String)
    /// What is not here, and what to do instead.
    case missing(String)
    case modelArguments, model, generation, seed, limit, chatTemplate, logSamples
  }

  private static let rules: [String: Rule] = [
    "--num_fewshot": .option("--num-fewshot"), "-f": .option("--num-fewshot"),
    "--include_path": .option("--tasks-dir"), "--output_path": .option("--root"), "-o": .option("--root"),
    "--system_instruction": .option("--system-instruction"),
    "--apply_chat_template": .chatTemplate, "--log_samples": .logSamples, "-s": .logSamples,
    "--fewshot_as_multiturn": .setting("eval.fewshot_as_multiturn"),
    "--model": .model, "-m": .model, "--model_args": .modelArguments, "-a": .modelArguments,
    "--gen_kwargs": .generation, "--seed": .seed, "-L": .limit,
    "-t": .option("--tasks"), "-C": .option("--config"),
    "--batch_size": .nothing(takesValue: true, "batches are as large as memory allows, and change no number"),
    "-b": .nothing(takesValue: true, "batches are as large as memory allows, and change no number"),
    "--max_batch_size": .nothing(takesValue: true, "batches are as large as memory allows"),
    "--device": .nothing(takesValue: true, "models run on this machine's processors"),
    "--use_cache": .nothing(takesValue: true, "answers are kept in ROOT/journal"),
    "-c": .nothing(takesValue: true, "answers are kept in ROOT/journal"),
    "--cache_requests": .nothing(takesValue: true, "requests are made anew in less time than they are read"),
    "--trust_remote_code": .nothing(takesValue: false, "nothing is executed from a model or data set"),
    "--verbosity": .nothing(takesValue: true, "there is one way to log"),
    "-v": .nothing(takesValue: true, "there is one way to log"),
    "--hf_hub_log_args": .missing("results are not sent anywhere"),
    "--wandb_args": .missing("results are not sent anywhere"),
    "--wandb_config_args": .missing("results are not sent anywhere"),
    "--write_out": .missing(
      "prompts stand in the samples file, under 'arguments'; run with --limit 1 to see some"),
    "-w": .missing("prompts stand in the samples file, under 'arguments'; run with --limit 1 to see some"),
    "--samples": .missing("documents are chosen with --limit, the first ones, or eval.length=N, at random"),
    "-E": .missing("documents are chosen with --limit, the first ones, or eval.length=N, at random"),
    "--predict_only": .missing("answers stand in the samples file beside their scores"),
    "-x": .missing("answers stand in the samples file beside their scores"),
    "--check_integrity": .missing("'evaluate verify' says whether bits depend on how they are computed"),
    "--show_config": .missing(
      "'evaluate configure' writes the settings, and each run keeps its own as config.yaml"),
    "--metadata": .missing("tasks that are made from metadata need Python"),
    "--confirm_run_unsafe_code": .flag("--allow-code"),
  ]

  /// The options in full, as they are written there.
  static var names: [String] { rules.keys.filter { $0.hasPrefix("--") }.sorted() }

  /// The rule of an option. Its name may have hyphens, as this program's have, unless it then is this program's own.
  private static func rule(of name: String) -> Rule? {
    guard rules[name] == nil, name.hasPrefix("--") else { return rules[name] }
    switch rules["--" + name.dropFirst(2).replacing("-", with: "_")] {
    case .chatTemplate: return nil
    case .option(name), .flag(name): return nil
    case let rule: return rule
    }
  }

  /// Commands with none of the options of 'run', so that there is nothing to translate.
  private static let untranslated: Set = ["compare", "delete", "report", "show", "table", "view"]

  /// - Throws: `ValidationError` for an option that has no counterpart here, or a value that means nothing.
  init(_ arguments: some Sequence<String>) throws {
    words = []
    var rest = Array(arguments)[...]
    if let command = rest.first, Self.untranslated.contains(command) { (words, rest) = (Array(rest), []) }
    while let word = rest.popFirst() {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let rule = Self.rule(of: parts[0]), word.hasPrefix("-") else {
        words.append(word)
        continue
      }
      if parts.count == 2 { rest.insert(parts[1], at: rest.startIndex) }
      try apply(rule, parts[0], &rest, hasOwnValue: parts.count == 2)
    }
  }

  private mutating func apply(
    _ rule: Rule, _ name: String, _ rest: inout ArraySlice<String>, hasOwnValue: Bool
  ) throws {
    switch rule {
    case .option(let own): words += [own, try Self.value(of: name, &rest)]
    case .flag(let own): words.append(own)
    case .setting(let key): words.append("\(key)=\(Self.truth(&rest))")
    case .nothing(let takesValue, let reason):
      if takesValue, let next = rest.first, !next.hasPrefix("-") { rest.removeFirst() }
      notes.append("'\(name)' is left out: \(reason)")
    case .missing(let reason):
      throw ValidationError("'\(name)' of lm-evaluation-harness is not here: \(reason)")
    case .model:
      let kind = try Self.value(of: name, &rest)
      guard ["hf", "hf-auto", "huggingface", "gguf"].contains(kind) else {
        throw ValidationError(
          "--model must be hf, found '\(kind)': a model is a folder, a GGUF file or a name on the Hub")
      }
    case .modelArguments:
      for pair in try Self.pairs(name, &rest) { try applyModel(pair) }
    case .generation:
      for pair in try Self.pairs(name, &rest) { try applyGeneration(pair) }
    case .seed:
      let text = try Self.value(of: name, &rest)
      let first = text.split(separator: ",").first.map(String.init) ?? text
      guard first != "None" else { return notes.append("'--seed None' is left out: every run has a seed") }
      words.append("eval.seed=\(first)")
    case .limit:
      let text = try Self.value(of: name, &rest)
      guard let number = Double(text), number >= 1, let whole = Int(exactly: number) else {
        throw ValidationError("--limit must be a whole number of documents, at least 1, found '\(text)'")
      }
      words += ["--limit", "\(whole)"]
    case .chatTemplate:
      words.append("--apply-chat-template")
      guard hasOwnValue || rest.first.map({ !$0.hasPrefix("-") && !$0.contains("=") }) == true else { return }
      let chosen = rest.removeFirst()
      if !["true", "True"].contains(chosen) {
        throw ValidationError(
          "--apply_chat_template takes no name here, found '\(chosen)': a model has one template")
      }
    case .logSamples:
      words += ["--output-format", "lm-eval"]
    }
  }

  private mutating func applyModel(_ pair: (key: String, value: String)) throws {
    switch pair.key {
    case "pretrained": words += ["--backbone", pair.value]
    case "revision":
      guard let place = words.lastIndex(of: "--backbone"), place + 1 < words.count else {
        throw ValidationError("'revision' of --model_args must follow 'pretrained'")
      }
      if pair.value != "main" { words[place + 1] += "@\(pair.value)" }
    case "dtype":
      let names = ["float32": "float32", "float": "float32", "bfloat16": "bfloat16", "auto": "auto"]
      guard let own = names[pair.value] else {
        throw ValidationError(
          "'dtype' of --model_args must be float32, bfloat16 or auto, found '\(pair.value)'")
      }
      if !own.isEmpty { words.append("architecture.dtype.activation=\(own)") }
    case "enable_thinking":
      words += ["--chat-template-args", "{\"enable_thinking\": \(pair.value.lowercased())}"]
    case "think_end_token": words += ["--think-end-token", pair.value]
    case "trust_remote_code", "device", "device_map", "parallelize", "low_cpu_mem_usage",
      "use_fast_tokenizer",
      "batch_size":
      notes.append("'\(pair.key)' of --model_args is left out: it changes no number here")
    default:
      throw Self.unknown(
        pair.key, of: "--model_args",
        among: ["pretrained", "revision", "dtype", "enable_thinking", "think_end_token"])
    }
  }

  private mutating func applyGeneration(_ pair: (key: String, value: String)) throws {
    switch pair.key {
    case "temperature", "top_p": words.append("eval.\(pair.key)=\(pair.value)")
    case _ where SamplingRules.all.contains(where: { $0.name == pair.key }):
      words.append("eval.\(pair.key)=\(pair.value)")
    case "max_gen_toks", "max_new_tokens", "max_tokens": words.append("eval.max_new_tokens=\(pair.value)")
    case "seed": words.append("eval.seed=\(pair.value)")
    case "do_sample":
      if ["false", "False"].contains(pair.value) { words.append("eval.temperature=0") }
    default:
      throw Self.unknown(
        pair.key, of: "--gen_kwargs",
        among: ["temperature", "top_p"] + SamplingRules.all.map(\.name) + [
          "do_sample", "max_gen_toks", "seed",
        ])
    }
  }

  private static func unknown(_ key: String, of option: String, among known: [String]) -> ValidationError {
    let nearest = suggestion(for: key, among: known)
    let list = known.dropLast().joined(separator: ", ") + " and " + (known.last ?? "")
    return ValidationError(
      "'\(key)' of \(option) is not known here" + (nearest.isEmpty ? "; there are \(list)" : nearest))
  }

  private static func value(of name: String, _ rest: inout ArraySlice<String>) throws -> String {
    guard let value = rest.popFirst() else { throw ValidationError("missing value for '\(name)'") }
    return value
  }

  /// `true` or `false` where one follows; a flag by itself is true.
  private static func truth(_ rest: inout ArraySlice<String>) -> String {
    guard let next = rest.first?.lowercased(), ["true", "false"].contains(next) else { return "true" }
    rest.removeFirst()
    return next
  }

  /// `a=1,b=2`, or words of that form one after the other.
  private static func pairs(
    _ name: String, _ rest: inout ArraySlice<String>
  ) throws -> [(key: String, value: String)] {
    var text = try value(of: name, &rest)
    while let next = rest.first, !next.hasPrefix("-"), next.contains("="), !next.contains(".") {
      text += "," + next
      rest.removeFirst()
    }
    return try text.split(separator: ",").map { part in
      let parts = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      guard parts.count == 2, !parts[0].isEmpty else {
        throw ValidationError("\(name) must be KEY=VALUE, separated by commas, found '\(part)'")
      }
      return (parts[0], parts[1])
    }
  }
}

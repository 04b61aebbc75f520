import ArgumentParser
import Basics
import Configurate
import Foundation
import Jobs
import Tasks

/// A word of the command line that is neither an option nor a setting: a misspelt command, or a file whose option is
/// missing.
struct StrayWord {
  private let word: String

  /// - Returns: `nil` for `KEY=VALUE`, and for a known key alone, which means null.
  init?(_ word: String) {
    guard !word.contains("="), !Self.isKey(word) else { return nil }
    self.word = word
  }

  var sentence: String {
    if let sentence = OptionNames.sentence(before: word, in: Array(CommandLine.arguments.dropFirst())) {
      return sentence
    }
    if let option { return "'\(word)' is \(option.what); name it with \(option.name) \(word)" }
    if isYAML {
      return
        "'\(word)' is a file; name it with --config \(word) where it holds settings, with --tasks where it is a task"
    }
    guard isFirst else {
      return "'\(word)' is neither an option nor a setting, which is KEY=VALUE"
        + suggestion(nearestKey.map { "\($0)=VALUE" })
    }
    let names = RootCommand.configuration.subcommands.map { $0._commandName } + ["help", "--version"]
    guard let nearest = nearestName(to: word, among: names) ?? nearestName(to: "--\(word)", among: names)
    else {
      return "unknown command '\(word)'; see 'evaluate --help'"
    }
    return "unknown command '\(word)'\(suggestion(nearest))"
  }

  /// Whether the word stands where a command does.
  private var isFirst: Bool { CommandLine.arguments.dropFirst().first == word }

  /// The option that the word was probably to be given with, and what the word is.
  private var option: (name: String, what: String)? {
    if Self.modelEndings.contains(ending) { return ("--backbone", "a model") }
    if Self.checkpointEndings.contains(ending) { return ("--restore", "a checkpoint") }
    if isFolder(word) { return folderOption }
    if FileManager.default.fileExists(atPath: word) { return isYAML ? nil : ("--tasks", "a file") }
    if (try? Registry.shared.job(word)) != nil { return ("--job", "a job") }
    let evaluations =
      Registry.shared.evaluations.map(\.key) + ((try? TaskLibrary(dataRoot: "data").names) ?? [])
    return evaluations.contains(word) ? ("--tasks", "an evaluation") : nil
  }

  private var isYAML: Bool { ["yaml", "yml"].contains(ending) }

  private var folderOption: (name: String, what: String)? {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: word)) ?? []
    if files.contains(where: { ["checkpoint.h5", "latest"].contains($0) }) {
      return ("--restore", "a checkpoint")
    }
    let isModel = files.contains {
      ["config.json", "tokenizer.json"].contains($0) || $0.hasSuffix(".safetensors")
    }
    return isModel ? ("--backbone", "a model") : nil
  }

  private var ending: String { (word as NSString).pathExtension.lowercased() }
  static let checkpointEndings = ["h5", "hdf5"]
  private static let modelEndings = ["gguf", "safetensors"]

  private var nearestKey: String? {
    // Of one or two letters, most would have to change.
    guard word.count > 2 else { return nil }
    return SettingsReference.schemas.lazy.compactMap { $0.schema.nearestKey(to: word) }.first
  }

  private static func isKey(_ word: String) -> Bool {
    let key = word.contains("/") ? word : word.replacing(".", with: "/")
    return SettingsReference.schemas.contains { $0.schema[key] != nil }
  }
}

import ArgumentParser
import Basics
import Foundation

/// The names of options, for the nearest to one that is not known.
enum OptionNames {
  /// Those that a command takes, as its help lists them.
  static func known(to command: any ParsableCommand.Type) -> [String] {
    let help = RootCommand.helpMessage(for: command, columns: 1000)
    return help.matches(of: /--[a-z][a-z-]*[a-z]/).map { String($0.output) }
  }

  /// The command that the words of a command line begin with.
  static func command(of words: [String]) -> any ParsableCommand.Type {
    RootCommand.configuration.subcommands.first { $0._commandName == words.first } ?? RunCommand.self
  }

  /// The sentence of an option that no command line has, where `word` would be its value.
  ///
  /// The parser takes the value for a word of its own, which is why it was refused.
  static func sentence(before word: String, in words: [String]) -> String? {
    guard let place = words.firstIndex(of: word), place > 0 else { return nil }
    let option = words[place - 1]
    guard option.hasPrefix("--"), !option.contains("=") else { return nil }
    let known = known(to: command(of: words))
    guard !known.contains(option) else { return nil }
    return "unknown option '\(option)'" + suggestion(for: option, among: known + HarnessArguments.names)
  }

  /// The parser's sentence of an unknown option, with the nearest name that lm-evaluation-harness has where the parser knows
  /// none.
  static func completed(_ sentence: String) -> String {
    guard let match = sentence.wholeMatch(of: /unknown option '(--[^']*)'/) else { return sentence }
    return sentence + suggestion(for: String(match.output.1), among: HarnessArguments.names)
  }
}

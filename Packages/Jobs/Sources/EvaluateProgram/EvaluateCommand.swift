import ArgumentParser
import Basics
import Evaluating
import Evaluations
import Foundation
import Jobs
import Logging
import Models
import Sharding
import TensorCore
import Training

/// The program: parse, look the job up, print.
///
/// A downstream package's own binary is the same line with its own jobs, evaluations and models registered:
///
///     EvaluateCommand.main {
///       try job("copy/evaluate", CopyEvaluate.self)
///       try evaluation("reversal", { Reversal() })
///       try model("olmo2_abroad", OLMo2.self)
///     }
public enum EvaluateCommand {
  /// Runs the command line of this process and ends it.
  ///
  /// - Parameter registering: Adds to what the program offers, before anything is looked up.
  public static func main(registering: () throws -> Void = {}) -> Never {
    do {
      try Startup.prepare()
      LoggingSystem.bootstrap { StandardErrorLog(label: $0) }
      let environment = ProcessInfo.processInfo.environment
      try InstructionSet.pin(.preferred(environment: environment))
      _ = try ThreadPool.preferredThreadCount(environment: environment)
      try registerBuiltIns()
      try registering()
      try Registry.shared.registerEvaluationJobs()
      try run(CommandLine.arguments.dropFirst())
      try StandardOutput.check()
      Startup.leave(EXIT_SUCCESS)
    } catch let answer as GateAnswer {
      do { try StandardOutput.check() } catch { end(with: error) }
      Startup.leave(answer.exitCode)
    } catch {
      end(with: error)
    }
  }

  /// Runs one command; `help KEY` for a setting, which the parser does not know.
  private static func run(_ arguments: ArraySlice<String>) throws {
    let commands = RootCommand.configuration.subcommands.map { $0._commandName }
    if arguments.count == 2, arguments.first == "help", let key = arguments.last, !commands.contains(key),
      !key.hasPrefix("-"), key != "help"
    {
      print(try SettingsReference(of: key, besides: commands))
    } else {
      let harness = try HarnessArguments(arguments)
      for note in harness.notes { standardError.write("note: \(note)\n") }
      var command = try RootCommand.parseAsRoot(harness.words)
      try command.run()
    }
  }

  /// Of several processes, the main one prints what went wrong; but each prints itself that it has no valid place.
  private static func end(with error: any Error) -> Never {
    let failure = Failure(error)
    guard failure != nil || RootCommand.exitCode(for: error) != .success else { endWithHelp(error) }
    if Launch.isMain {
      let sentence = failure?.sentence.printable() ?? parserSentence(error).printable(keeping: "\n")
      standardError.write("error: \(sentence)\n")
    } else if let failure, failure.isOfEachRank {
      standardError.write("error: rank \(Launch.place?.rank ?? 0): \(failure.sentence.printable())\n")
    }
    Startup.leave(failure?.code ?? RootCommand.exitCode(for: error).rawValue)
  }

  /// What the parser was asked for and made instead of a command: help, the version, a script of completions.
  private static func endWithHelp(_ request: any Error) -> Never {
    print(RootCommand.fullMessage(for: request))
    do { try StandardOutput.check() } catch { end(with: error) }
    Startup.leave(EXIT_SUCCESS)
  }

  /// The parser's own words, in the form of all others: lower case, without a full stop.
  private static func parserSentence(_ error: any Error) -> String {
    let message = onOneLine(RootCommand.message(for: error))
    let isName = message.dropFirst().first?.isUppercase ?? false
    let sentence = isName ? message : message.prefix(1).lowercased() + message.dropFirst()
    return OptionNames.completed(sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence)
  }

  /// The parser lists the values of an option with many of them, one a line.
  private static func onOneLine(_ message: String) -> String {
    let parts = message.components(separatedBy: ". Please provide one of the following:\n  - ")
    guard parts.count == 2, let word = parts[0].split(separator: "'").dropFirst().first else {
      return message
    }
    let values = parts[1].components(separatedBy: "\n  - ")
    return "\(parts[0]), expected one of \(quotedList(values))\(suggestion(for: String(word), among: values))"
  }

  static func registerBuiltIns() throws {
    try job(EvaluationJobKey.checkpoint, Evaluate<GPT>.self)
    try job("gpt/train/pretrain", Trainer<GPT>.self)
    try job(EvaluationJobKey.backbone, BackboneEvaluate.self)
    try job(EvaluationJobKey.server, RemoteEvaluate.self)
    try job("backbone/train/finetune", FineTune.self)
    try job("data/tokenize_variable_dataset", TokenizeVariable.self)
    try job("data/tokenize_blockwise_dataset", TokenizeBlockwise.self)
    try model("gpt", GPT.self)
    try model("backbone", Backbone.self)
    try BundledSuite.register()
  }
}

/// The root command; `run` where no other is named.
struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "How good is this language model?",
    discussion: "Without arguments, runs the bundled suite on the bundled checkpoint.",
    version: assayVersion,
    subcommands: [
      RunCommand.self, PlanCommand.self, BenchCommand.self, VerifyCommand.self, ShowCommand.self,
      CompareCommand.self,
      TableCommand.self, GateCommand.self, DiffCommand.self, ReportCommand.self, ViewCommand.self,
      RescoreCommand.self, DeleteCommand.self, ServeCommand.self, ExportCommand.self, ListCommand.self,
      ConfigureCommand.self, LintCommand.self,
    ],
    defaultSubcommand: RunCommand.self)
}

import ArgumentParser
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
///       try model("olmo2", OLMo2.self)
///     }
public enum EvaluateCommand {
  /// Runs the command line of this process and ends it.
  ///
  /// - Parameter registering: Adds to what the program offers, before anything is looked up.
  public static func main(registering: () throws -> Void = {}) -> Never {
    do {
      LoggingSystem.bootstrap { StandardErrorLog(label: $0) }
      try InstructionSet.pin(.preferred(environment: ProcessInfo.processInfo.environment))
      try registerBuiltIns()
      try registering()
      try Registry.shared.registerEvaluationJobs()
      var command = try RootCommand.parseAsRoot()
      try command.run()
      exit(EXIT_SUCCESS)
    } catch {
      end(with: error)
    }
  }

  /// Of several processes, the main one says what went wrong; but only a process itself knows that its place cannot be.
  private static func end(with error: any Error) -> Never {
    let failure = Failure(error)
    if Launch.isMain {
      guard let failure else { RootCommand.exit(withError: error) }
      standardError.write("error: \(failure.sentence)\n")
    } else if let error = error as? TopologyError {
      standardError.write("error: rank \(Launch.place?.rank ?? 0): \(error)\n")
    }
    exit(failure?.code ?? RootCommand.exitCode(for: error).rawValue)
  }

  static func registerBuiltIns() throws {
    try job("gpt/evaluate", Evaluate<GPT>.self)
    try job("gpt/train/pretrain", Trainer<GPT>.self)
    try job("backbone/evaluate", BackboneEvaluate.self)
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
      RunCommand.self, PlanCommand.self, VerifyCommand.self, CompareCommand.self, RescoreCommand.self,
      ExportCommand.self, ListCommand.self, ConfigureCommand.self, LintCommand.self,
    ],
    defaultSubcommand: RunCommand.self)
}

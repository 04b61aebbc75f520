import ArgumentParser
import Backbones
import Basics
import Checkpoints
import Configurate
import Evaluating
import Evaluations
import Foundation
import Jobs
import Models

/// Which job, on which model, with which evaluations and settings: what 'run', 'plan' and 'verify' have in common.
struct RunOptions: ParsableArguments, Sendable {
  @OptionGroup var model: ModelOptions
  @Option(
    help: ArgumentHelp(
      "Run these evaluations, or score these text files, separated by commas.", valueName: "a,b,…"))
  var tasks: String?
  @OptionGroup var documents: TaskOptions
  @Flag(help: "Ask in the model's chat format.")
  var applyChatTemplate = false
  @Option(help: ArgumentHelp("Begin with this turn of the system.", valueName: "text"))
  var systemInstruction: String?
  @Option(
    help: ArgumentHelp(
      "What the chat template can read besides the conversation, such as {\"enable_thinking\": false}.",
      valueName: "json"), transform: givenText)
  var chatTemplateArgs: String?
  @Option(
    help: ArgumentHelp(
      "Text or id that ends a model's thought; answers begin behind it.", valueName: "text|id"),
    transform: givenText)
  var thinkEndToken: String?
  @Option(help: ArgumentHelp("Score with the quirks of another tool: lm-eval.", valueName: "tool"))
  var compat: Peer?
  @OptionGroup var store: StoreOptions
  @Option(help: "Name the job, and thereby its folder of results.")
  var name: String?
  @Option(help: "Name the job's project; 'general' where not given.")
  var project: String?
  @Option(help: "Name the job's group; 'default' where not given.")
  var group: String?
  @Flag(
    help:
      "Take the identity of the checkpoint that is restored: name, project and group. Without --restore, a training job resumes from its own latest."
  )
  var resume = false
  @OptionGroup var ranks: RankOptions
  @OptionGroup var remote: RemoteOptions
  @OptionGroup var python: PythonOptions
  @Argument(help: ArgumentHelp("Set settings, such as eval.length=100.", valueName: "key=value"))
  var overrides: [String] = []

  func validate() throws { try check() }

  /// Whether nothing was asked for but how to go about it: then the bundled suite is run.
  var runsBundledSuite: Bool {
    namesNothingToRun && !overrides.contains { $0.hasPrefix("eval.evaluations") }
  }

  /// Whether neither a job nor a model nor evaluations are named.
  var namesNothingToRun: Bool {
    model.isEmpty && tasks == nil
  }
}

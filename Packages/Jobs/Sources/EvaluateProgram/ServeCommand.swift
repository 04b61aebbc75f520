import ArgumentParser
import Foundation
import Jobs
import Logging
import Serving

struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Answer OpenAI's HTTP requests with a model: scores, text and chat.",
    discussion: """
      Paths: /v1/completions (with echo and logprobs), /v1/chat/completions, /v1/models, /tokenize, /detokenize, \
      /tokenizer_info, /health, /metrics, /openapi.json. The bits of an answer are those of 'run'.
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var address: ListeningOptions
  @Option(
    help: ArgumentHelp("What requests call the model; may be given again.", valueName: "name"))
  var modelName: [String] = []
  @Option(
    help: ArgumentHelp(
      "A file of keys, one a line, one of which every request must have.", valueName: "file"),
    transform: givenPath)
  var apiKeyFile: String?
  @Option(help: ArgumentHelp("The most requests at once; others get 429.", valueName: "n"))
  var maxRequests = ServerLimits().requests
  @Option(help: ArgumentHelp("The most connections at once; others are closed.", valueName: "n"))
  var maxConnections = ServerLimits().connections
  @Option(help: ArgumentHelp("The most bytes of a request's body; others get 413.", valueName: "n"))
  var maxBodyBytes = ServerLimits().bodyBytes
  @Option(help: ArgumentHelp("The most tokens of a prompt and its answer; others get 422.", valueName: "n"))
  var maxTokens: Int?
  @Option(help: ArgumentHelp("How long a request may take; then it gets 408.", valueName: "seconds"))
  var timeout = ServerLimits().seconds
  @Option(
    help: ArgumentHelp("How long requests that are under way have after SIGTERM.", valueName: "seconds"))
  var grace = 30.0
  @Flag(help: "Write prompts to the log too.")
  var logPrompts = false
  @Argument(help: ArgumentHelp("Settings of the model.", valueName: "key=value"))
  var overrides: [String] = []

  func validate() throws {
    func require(_ holds: Bool, _ name: String, _ expected: String, _ found: Any) throws {
      guard holds else { throw ValidationError("--\(name) must be \(expected), found \(found)") }
    }
    try require((1...1 << 20).contains(maxRequests), "max-requests", "from 1 to 1048576", maxRequests)
    try require((1...1 << 16).contains(maxConnections), "max-connections", "from 1 to 65536", maxConnections)
    try require((1...1 << 30).contains(maxBodyBytes), "max-body-bytes", "from 1 to 1073741824", maxBodyBytes)
    try require(maxTokens.map { $0 > 0 } ?? true, "max-tokens", "positive", maxTokens ?? 0)
    try require(timeout > 0 && timeout <= 1e6, "timeout", "more than 0 and at most 1e6 seconds", timeout)
    try require(grace >= 0 && grace <= 1e6, "grace", "from 0 to 1e6 seconds", grace)
    let memory = "eval/key_value_bytes"
    if let key = RunOptions.evaluationKeys(in: overrides).first(where: { $0 != memory }) {
      throw ValidationError(
        "'\(key)' is for evaluations, and a server runs none; of 'eval/' it reads '\(memory)' alone")
    }
    guard !model.isEmpty else {
      throw ValidationError("name a model with --backbone or --restore")
    }
  }

  func run() throws {
    let options = try serverOptions()
    let jobOptions = try jobOptions()
    let selection = try jobOptions.selection()
    guard let job = try jobOptions.makeJob(selection, { $0.withoutEvaluations = true }).serving else {
      throw JobError(.unfit(job: selection.key, .answersNoClients))
    }
    try job.serve(
      options, names: modelName, stoppingWithin: grace, logger: Logger(label: "assay.serve"),
      listen: Interruption.endsServer)
  }

  private func serverOptions() throws -> ServerOptions {
    var options = address.options(port: 8000)
    options.logsPrompts = logPrompts
    if let apiKeyFile { options.keys = try APIKeys(file: apiKeyFile) }
    options.limits.requests = maxRequests
    options.limits.connections = maxConnections
    options.limits.bodyBytes = maxBodyBytes
    options.limits.tokens = maxTokens
    options.limits.seconds = timeout
    return options
  }

  /// The options of 'run' that describe the job whose model is served.
  private func jobOptions() throws -> RunOptions {
    var options = try RunOptions.parse(["eval.evaluations=[]"] + overrides)
    (options.model, options.store) = (model, store)
    return options
  }
}

import Backbones
public import Chat
public import Checkpoints
public import Configurate
public import Evaluations
import Files
import Foundation
public import Jobs
import Logging
public import Models
public import Sharding
import Templating
public import TensorCore
public import Tokenization

/// `backbone/evaluate`: the configured evaluations on a model as others saved it, a folder of the Hub or a GGUF file.
///
/// The model is opened when it is first wanted, after settings and evaluations have been checked.
public final class BackboneEvaluate: Evaluate<Backbone> {
  private var files: Backbone.Configuration?
  private var identity: String?
  private var ownChat = ChatFormat.chatML
  private var ownEnds: EndTokens?

  override public class var summary: String { "evaluates a Hugging Face backbone" }
  override public class var settings: [any Settings.Type] {
    [
      EvaluatorConfig.self, SamplingSettings.self, BackboneSettings.self, Backbone.Configuration.self,
    ]
  }
  override public class var retiredSettings: [String: String] { BackboneSettings.retired }
  override public class var modelSettings: [any Settings.Type] { [] }
  override public class var needsCheckpoint: Bool { false }

  /// - Throws: Also ``BackboneLocation``'s errors and `TemplateError`.
  public required init(spec: ExecutionSpec) throws {
    try super.init(spec: spec)
    let files = try Self.located(spec)
    ownChat = try ChatFormat.ofBackbone(at: files.weights)
    if chatContext.isForced, let failure = ownChat.failure { throw failure }
    ownEnds = try EndTokens.ofBackbone(at: files.weights, tokenizer: tokenizer)
    self.files = files
    (origin, weightsPath) = (try configure(Backbone.Configuration.self).weights, files.weights)
  }

  /// With the mode that the model's files decide by its name.
  ///
  /// - Throws: `ModelError`, `WeightsError` for files that cannot be read.
  override public class func decided(
    _ configuration: SettingsTree, for spec: ExecutionSpec
  ) throws -> SettingsTree {
    try located(spec).naming(types: configuration)
  }

  /// - Throws: `ModelError`, `WeightsError`, `ParameterError`.
  override public func load() throws {
    guard let files else { return }
    let communicator = spec.communicator
    let model = try spec.model {
      try Backbone(files, mesh: communicator.mesh, rank: communicator.rank, report: reportLoading)
    }
    report(decoded: model.files.decodedFormats)
    if spec.isMain, model.mode == .bfloat16, model.files.usualActivation == .float32 {
      Logger(label: "assay.evaluate").notice(
        "the weights are float32 and are rounded to bfloat16, as 'architecture.dtype.activation=bfloat16' asks"
      )
    }
    if spec.isMain, model.files.leavesOutAdapter {
      Logger(label: "assay.evaluate").notice(
        "a LoRA adapter lies beside the model and is left out; '--adapter \(model.files.path)' merges it")
    }
    report(endsBeyond: model.vocabularySize)
    share(model, weightsDigest: try identity ?? model.files.digest(over: communicator))
  }

  /// Those that its files can be multiplied in.
  override public func modes() throws -> [ComputeMode] {
    try files.map { try BackboneFiles($0).modes($0.types) } ?? super.modes()
  }

  override public func weightFiles() throws -> [String] { try model.files.contents }

  /// Of kinds of blocks that take the memory of float32, one line.
  private func report(decoded formats: [String]) {
    guard spec.isMain, !formats.isEmpty else { return }
    let list = formats.joined(separator: ", ")
    Logger(label: "assay.evaluate").notice(
      "weights in \(list) are decoded to float32, not kept in their blocks")
  }

  /// Of ids that would end an answer and that the model never gives, one line.
  private func report(endsBeyond size: Int) {
    guard spec.isMain, let ends = ownEnds, case let beyond = ends.ids.filter({ $0 >= size }).sorted(),
      !beyond.isEmpty
    else { return }
    let list = beyond.map(String.init).joined(separator: ", ")
    Logger(label: "assay.evaluate").notice(
      """
      'eos_token_id' names \(list), and the model has \(size) tokens, from 0 to \(size - 1): \
      \(beyond.count == ends.ids.count ? "no token ends an answer" : "answers end at the others only")
      """)
  }

  /// The digest of the files, which are hashed once and looked up in `{root}/journal/digests.json` afterwards.
  override public func weightsIdentity() throws -> String? {
    if let followed = try super.weightsIdentity() { return followed }
    if identity == nil, let files {
      let digests = FileDigests(path: "\(spec.root)/journal/digests.json")
      identity = try BackboneFiles(files).digest(over: spec.communicator, digests)
    }
    return identity
  }

  override public class func survey(_ checkpoint: Checkpoint?, on mesh: Mesh) throws -> ModelSurvey {
    let settings = try located(nil)
    return try BackboneFiles(settings).survey(settings.types, mesh: mesh, cutting: settings.sharding)
  }

  /// The tokenizer that lies with the model, unless the settings name another.
  override public class func makeTokenizer(_ spec: ExecutionSpec) throws -> any Tokenizer {
    guard try configure(BackboneSettings.self).tokenizer == BackboneSettings.ownTokenizer else {
      return try super.makeTokenizer(spec)
    }
    return try Tokenizers.forBackbone(at: located(spec).weights)
  }

  /// The model's own, from its files.
  override public var chat: ChatFormat { ownChat }

  /// Those of its settings and of the tokenizer.
  override public var ends: EndTokens { ownEnds ?? super.ends }

  /// Lays a checkpoint of a trained backbone out as a folder, once: `{root}/backbones/{digest of its weights}`. Of several
  /// ranks, the first does it and the others wait.
  override public class func prepared(
    _ configuration: SettingsTree, for checkpoint: Checkpoint, root: String
  ) throws -> SettingsTree {
    let folder = "\(root)/backbones/\(try checkpoint.weightsDigest().prefix(16))"
    try FileLock.holding(folder) {
      if !FileManager.default.fileExists(atPath: folder) { try BackboneExport(checkpoint).write(to: folder) }
    }
    var configuration = configuration
    configuration[Backbone.Configuration.weightsKey] = SettingsTree(.text(folder))
    return configuration
  }

  /// The checkpoint lies in the folder that the configuration names by now.
  override public func restore(from checkpoint: Checkpoint) throws {
    (origin, weightsPath) = (checkpoint.path, checkpoint.path)
  }

  /// The configured model, its weights the path of files that are there: downloaded, where they have to be.
  ///
  /// - Parameter spec: Remembers where they are.
  private static func located(_ spec: ExecutionSpec?) throws -> Backbone.Configuration {
    var settings = try configure(Backbone.Configuration.self)
    settings.weights = try BackboneLocation(settings.weights).path(for: spec)
    return settings
  }
}

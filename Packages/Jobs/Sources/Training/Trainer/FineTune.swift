import Backbones
public import Configurate
public import Evaluating
import Foundation
public import Jobs
public import Models
public import TensorCore
public import Tokenization

/// `backbone/train/finetune`: trains a model as others saved it further.
///
/// Its checkpoints hold the files that say what the model is, so that they can be evaluated and exported alone.
public final class FineTune: Trainer<Backbone> {
  override public class var summary: String { "trains a Hugging Face backbone further" }
  override public class var tokenizerSettings: any Settings.Type { BackboneTokenizer.self }
  override public class var trainedSettings: [any Settings.Type] { [Backbone.Configuration.self] }

  /// With the mode that the model's files decide by its name.
  override public class func decided(
    _ configuration: SettingsTree, for spec: ExecutionSpec
  ) throws -> SettingsTree {
    try located(try configure(Backbone.Configuration.self), spec).naming(types: configuration)
  }

  /// Reads the backbone's own weights.
  ///
  /// - Throws: `ModelError`, `WeightsError`, `ParameterError`; ``JobError`` for a GGUF file, whose description no checkpoint
  ///   can hold.
  override public func load() throws {
    let settings = try withConfiguration(configuration) { try modelConfiguration() }
    let files = try BackboneFiles(settings)
    guard FileManager.default.fileExists(atPath: settings.weights + "/config.json") else {
      throw JobError(.untrainable(path: settings.weights))
    }
    let reader = ParameterReader(files.parameters, rules: files.sharding)
    let model = try Backbone(settings, parameters: reader)
    try reader.finish()
    try train(model, reader.parameters)
  }

  override public class func makeTokenizer(_ spec: ExecutionSpec) throws -> any Tokenizer {
    try BackboneEvaluate.makeTokenizer(spec)
  }

  override public class func makeEvaluator(_ spec: ExecutionSpec) throws -> Evaluator<Backbone> {
    try BackboneEvaluate(spec: spec)
  }

  /// The small files of the folder, and what its weights are called there.
  override public func sidecars() throws -> [String: Tensor] {
    let files = try model.files
    let names = Dictionary(uniqueKeysWithValues: parameters.map { ($0.path, files.name(of: $0.path)) })
    return try CheckpointSidecars(folder: files.path, names: names).tensors
  }

  /// The configured one, its weights the path of files that are there: downloaded, where they have to be.
  override func modelConfiguration() throws -> Backbone.Configuration {
    try Self.located(try super.modelConfiguration(), spec)
  }

  private static func located(
    _ settings: Backbone.Configuration, _ spec: ExecutionSpec
  ) throws -> Backbone.Configuration {
    var settings = settings
    settings.weights = try BackboneLocation(settings.weights).path(for: spec)
    return settings
  }
}

/// Which tokenizer a backbone is trained with: its own, unless the settings name another.
struct BackboneTokenizer: Settings {
  @Setting(
    "tokenizer/backend",
    help: "Which tokenizer prepares the data; 'auto' is the one among the model's own files")
  var backend = BackboneSettings.ownTokenizer
  var named = NamedTokenizer()
  init() {}
}

import Basics
import Foundation
public import Sharding
import TensorCore
public import Weights

/// The files of a backbone: what describes it, and its weights under the names that the architectures use.
///
/// Opening reads headers and `config.json`; weights stay where they are until a model asks for them.
public struct BackboneFiles: Sendable {
  /// The folder, or the GGUF file.
  public let path: String
  public let weights: any WeightsFile
  /// Every file that decides what the model computes: weights, and `config.json` where there is one.
  public let contents: [String]
  /// The architecture that reads them.
  public let architecture: Architecture
  let build: @Sendable (NumericTypes, ParameterReader) throws -> any LanguageModel
  let source: BackboneSource
  private let adapter: String?

  /// - Parameters:
  ///   - path: A folder with `config.json` and weights, or a GGUF file.
  ///   - wanted: The implementation; `nil` finds it from the files.
  ///   - adapter: The folder of a LoRA adapter that is merged into the weights; `nil` for the weights as they are.
  /// - Throws: ``ModelError`` for an architecture or a setting that is not implemented, and for an adapter of another model;
  ///   `WeightsError`.
  public init(_ path: String, implementation wanted: String? = nil, adapter: String? = nil) throws {
    var weights = try openWeights(path)
    var (source, description): (BackboneSource, ModelDescription)
    if let file = weights.selfDescribed {
      guard adapter == nil else { throw ModelError(.adapter(.overGGUF), path: path) }
      let (named, dialect) = try Self.dialect(of: file)
      source = try BackboneSource(file, hub: named.hub, dialect: dialect)
      description = try dialect.description(of: file, modelType: named.name, holds: source.holds)
      architecture = try Backbone.architecture(wanted, for: description)
      contents = weights.files
    } else {
      let file = Self.configurationFile(of: path)
      let whole = try Self.configuration(in: file, of: path)
      let part = TextPart(of: whole)
      let object = try part?.settings(in: whole, path: file) ?? whole
      let quantized = try Self.quantized(weights, whole, object, path: file)
      weights = quantized ?? weights
      if let adapter { weights = AdaptedWeights(weights, try Adapter(adapter, over: weights)) }
      let type = try ModelDescription(object, path: file, layout: .hub) { _ in false }
      architecture = try Backbone.architecture(wanted, for: type)
      source = try BackboneSource(
        weights, hub: architecture.hub, isPart: part != nil, optional: quantized?.emptyBiases ?? [])
      description = try ModelDescription(
        object, path: file, layout: .hub, scope: part == nil ? "" : "text_config/",
        defaults: architecture.defaults.merging(
          architecture.defaultsOfNames[type.modelType] ?? [:]
        ) { $1 },
        holds: source.holds)
      contents = [file] + weights.files
    }
    self.path = path
    self.weights = weights
    self.adapter = adapter
    build = try architecture.prepare(description)
    description.ignore("quantization_config", "compression_config")
    try description.finish(for: wanted ?? description.modelType)
    if let embedding = description.embeddingInHead { source.rename("lm_head/weight", to: embedding) }
    if let layers = description.layersRead {
      source.leaveOut {
        $0.split(separator: "/").dropFirst().first.flatMap { Int($0) }.map { $0 >= layers } == true
      }
    }
    for beginning in description.leftOut { source.leaveOut { $0.hasPrefix(beginning) } }
    source.split(description.fusions)
    self.source = source
  }

  /// The weights with layers that are quantised as the settings have it, or the object of their text model; `nil` where
  /// none is, or in a form that ``BackboneSource`` reads.
  ///
  /// - Throws: ``ModelError`` for a form that is not read, in the settings or in the names of tensors.
  private static func quantized(
    _ weights: any WeightsFile, _ whole: JSONObject, _ text: JSONObject, path: String
  ) throws -> QuantizedWeights? {
    let quantization = try Quantization(whole, path: path) ?? Quantization(text, path: path)
    let quantized = try quantization.map { try QuantizedWeights(weights, $0) }
    let shown = QuantizedForm.shown(by: (quantized ?? weights).names)
    let named = QuantizedForm.named(in: whole) ?? QuantizedForm.named(in: text)
    if quantized == nil, let named, named != shown { throw ModelError(.quantized(named), path: path) }
    if let shown, shown != QuantizedForm.mxfp4 { throw ModelError(.quantized(shown), path: weights.path) }
    return quantized
  }

  /// Whether a LoRA adapter lies beside the model and none is merged into it.
  public var leavesOutAdapter: Bool {
    let file = (path as NSString).appendingPathComponent("adapter_config.json")
    return adapter == nil && FileManager.default.fileExists(atPath: file)
  }

  /// The architecture that a GGUF file names, and how it names its parts.
  private static func dialect(of file: GGUFFile) throws -> (Architecture, GGUFDialect) {
    guard let name = file.values["general.architecture"]?.text else {
      throw ModelError(.noArchitecture(key: "general.architecture"), path: file.path)
    }
    let experts = file.values["\(name).expert_count"]?.integer ?? 0
    return try Backbone.architecture(ofGGUF: name, hasExperts: experts > 0, at: file.path)
  }

  /// Which implementation reads them, of ``Backbone/implementations``.
  public var implementation: String { architecture.name }

  /// How the model is cut: the rules for a ``ParameterReader`` over ``parameters``.
  public var sharding: [(LogicalAxis, MeshAxis?)] { architecture.sharding }

  /// Where a ``ParameterReader`` reads the model's parameters.
  public var parameters: any ParameterSource { source }

  /// What the files call, or would call, the parameter that modules ask for by `path`: of `layers/0/mlp/up_proj/weight`
  /// for example `model.layers.0.mlp.up_proj.weight`.
  public func name(of path: String) -> String { source.name(of: path) }

  /// What a model of these files would hold, on each rank of a mesh; no weights are read.
  ///
  /// - Throws: `PlacementError` for a parameter that cannot be cut, ``ParameterError`` naming every parameter that is
  ///   missing, unexpected or of another shape, as the files name it.
  public func survey(
    _ types: NumericTypes = .ofFiles, mesh: Mesh,
    cutting sharding: ShardingSettings = ShardingSettings()
  ) throws -> ModelSurvey {
    let types = named(types)
    try check(types)
    do {
      return try ModelSurvey(of: source, mesh: mesh, rules: self.sharding, settings: sharding) {
        try build(types, $0)
      }
    } catch let error as ParameterError {
      throw renamed(error)
    }
  }

  /// Names every problem as the files do.
  func renamed(_ error: ParameterError) -> ParameterError {
    var error = error
    error.missing = error.missing.map(source.name)
    error.unexpected = error.unexpected.map(source.name)
    error.mismatched = error.mismatched.map { mismatch in
      ParameterError.Mismatch(
        name: source.name(of: mismatch.name), expected: mismatch.expected, found: mismatch.found)
    }
    return error
  }

  /// As ``Backbone/Configuration`` names them.
  public init(_ settings: Backbone.Configuration) throws {
    try self.init(
      settings.weights, implementation: settings.implementation == "auto" ? nil : settings.implementation,
      adapter: settings.adapter.isEmpty ? nil : settings.adapter)
  }

  private static func configurationFile(of path: String) -> String {
    let folder = isFolder(path) ? path : parentFolder(of: path)
    return (folder as NSString).appendingPathComponent("config.json")
  }

  private static func configuration(in file: String, of path: String) throws -> JSONObject {
    let data = try ModelError.contents(of: file, orMissing: .noDescription)
    guard data.count <= 1 << 24 else {
      throw ModelError(.tooLong(byteCount: data.count, most: 1 << 24), path: file)
    }
    var options = JSONReader.Options()
    options.acceptsNonFinite = true  // Python writes them
    do {
      guard let object = try JSONValue(Array(data), options: options).object else {
        throw JSONError(.notAnObject, offset: 0)
      }
      return object
    } catch let error as JSONError {
      throw ModelError(.noJSON(error), path: file)
    }
  }
}

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
  /// Which implementation reads them, of ``Backbone/implementations``.
  public let implementation: String
  let build: @Sendable (NumericTypes, ParameterReader) throws -> any Decoder
  private let source: Source

  /// - Parameters:
  ///   - path: A folder with `config.json` and weights, or a GGUF file.
  ///   - wanted: The implementation; `nil` finds it from the files.
  /// - Throws: ``ModelError`` for an architecture or a setting that is not implemented; `WeightsError`.
  public init(_ path: String, implementation wanted: String? = nil) throws {
    let weights = try openWeights(path)
    let description: ModelDescription
    if let file = weights as? GGUFFile {
      guard let architecture = file.values["general.architecture"]?.text else {
        throw ModelError("'\(path)': no 'general.architecture', so the architecture is unknown")
      }
      guard let dialect = GGUFDialect(architecture) else {
        throw ModelError("'\(path)': architecture '\(architecture)' is not implemented")
      }
      description = try dialect.description(of: file)
      source = Source(file, dialect: dialect)
      contents = weights.files
    } else {
      source = Source(weights)
      let file = Self.configurationFile(of: path)
      description = try ModelDescription(
        Self.configuration(in: file, of: path), path: path, layout: .hub, hasHead: source.hasHead)
      contents = [file] + weights.files
    }
    let implementation = try Backbone.implementation(wanted ?? description.modelType, for: description)
    self.path = path
    self.weights = weights
    self.implementation = implementation.name
    build = try implementation.prepare(description)
    try description.finish()
  }

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
    _ types: NumericTypes = NumericTypes(), mesh: Mesh,
    cutting sharding: ShardingSettings = ShardingSettings()
  ) throws -> ModelSurvey {
    do {
      return try ModelSurvey(of: source, mesh: mesh, rules: Backbone.sharding, settings: sharding) {
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
      settings.weights, implementation: settings.implementation == "auto" ? nil : settings.implementation)
  }

  private static func configurationFile(of path: String) -> String {
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let folder = isFolder.boolValue ? path : (path as NSString).deletingLastPathComponent
    return (folder as NSString).appendingPathComponent("config.json")
  }

  private static func configuration(in file: String, of path: String) throws -> JSONObject {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw ModelError("'\(path)': no 'config.json' beside the weights")
    }
    guard data.count <= 1 << 24 else {
      throw ModelError("'\(file)': \(data.count) bytes are no configuration")
    }
    do {
      guard let object = try JSONValue(Array(data)).object else {
        throw ModelError("'\(file)': not a JSON object")
      }
      return object
    } catch let error as JSONError {
      throw ModelError("'\(file)': \(error)")
    }
  }

  /// Weights by the paths that modules ask for, `layers/0/self_attn/q_proj/weight`.
  private struct Source: ParameterSource {
    private let weights: any WeightsFile
    private let nameOf: [String: String]
    private let dialect: GGUFDialect?
    private let prefix: String

    /// What stands before every name but the head's, one of these.
    private static let prefixes = ["model.", "transformer.", "gpt_neox."]

    init(_ weights: any WeightsFile, dialect: GGUFDialect? = nil) {
      self.weights = weights
      self.dialect = dialect
      let prefix = Self.prefixes.first { prefix in weights.names.contains { $0.hasPrefix(prefix) } } ?? ""
      self.prefix = prefix
      var nameOf: [String: String] = [:]
      for name in weights.names where !Self.isBuffer(name) {
        let path =
          dialect.map { $0.path(of: name) ?? name }
          ?? (name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name).replacing(".", with: "/")
        nameOf[path == "embed_out/weight" ? "lm_head/weight" : path] = name
      }
      self.nameOf = nameOf
    }

    /// What older files keep although it follows from the settings: masks, and frequencies of rotary positions.
    private static func isBuffer(_ name: String) -> Bool {
      name == "rope_freqs.weight" || name.hasSuffix(".rotary_emb.inv_freq")
        || name.hasSuffix(".attention.bias")
        || name.hasSuffix(".attn.bias") || name.hasSuffix("masked_bias")
    }

    var names: [String] { nameOf.keys.sorted() }
    var hasHead: Bool { nameOf["lm_head/weight"] != nil }

    func shape(of path: String) -> [Int]? { nameOf[path].flatMap(weights.shape) }

    func tensor(_ path: String, slice: TensorSlice) throws -> Tensor {
      guard let name = nameOf[path] else { preconditionFailure("no parameter '\(path)'") }
      let tensor = try weights.tensor(named: name, slice: slice)
      guard tensor.elementType.isFloatingPoint else {
        throw WeightsError(
          weights.path, "tensor '\(name)' holds \(tensor.elementType), not floating-point numbers")
      }
      return tensor
    }

    /// What the file calls, or would call, a parameter.
    func name(of path: String) -> String {
      if let name = nameOf[path] { return name }
      if let dialect { return dialect.name(of: path) }
      return (path.hasPrefix("lm_head/") ? "" : prefix) + path.replacing("/", with: ".")
    }
  }
}

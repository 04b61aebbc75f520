public import Configurate
public import Sharding
public import TensorCore

/// A language model as others saved it: a folder of the Hugging Face Hub, or a GGUF file.
///
/// The files decide the architecture; this class wraps the model, so that an evaluator has one type to name.
public final class Backbone: LanguageModel {
  public struct Configuration: Settings {
    /// The setting that names the model's files.
    public static let weightsKey = "architecture/backbone/weights"

    @Setting(
      Configuration.weightsKey,
      help: "Folder with config.json and weights, GGUF file, or name on the Hugging Face Hub")
    public var weights: String
    @Setting(
      "architecture/backbone/implementation",
      help: "Architecture of the model; 'auto' finds it from the files")
    public var implementation = "auto"
    /// The setting that names an adapter.
    public static let adapterKey = "architecture/backbone/adapter"
    @Setting(
      Configuration.adapterKey,
      help: "Folder of a LoRA adapter, as peft saves it, that is merged into the weights; none unless set")
    public var adapter = ""
    @Setting(
      "architecture/block_size", atMost: SizeLimits.positions,
      help: "Longest sequence that is asked of the model, in tokens; its own longest unless positive")
    public var blockSize = -1
    public var types = NumericTypes.ofFiles
    public var sharding = ShardingSettings()
    public init() {}
  }

  /// The model itself.
  public let model: any LanguageModel
  /// Where it came from.
  public let files: BackboneFiles
  public let blockSize: Int

  /// Opens the files that `settings` name, and takes parameters from `parameters`.
  ///
  /// - Parameter parameters: A reader over ``BackboneFiles/parameters`` of the same files.
  /// - Throws: ``ModelError``, `WeightsError`.
  public convenience init(_ settings: Configuration, parameters: ParameterReader) throws {
    try self.init(settings, BackboneFiles(settings), parameters: parameters)
  }

  /// Opens the files that `settings` name and reads all parameters, of which this rank keeps its part, to score: weights
  /// are held once, as products read them.
  ///
  /// Whether all fits and can be cut is known before any weights are read; see ``ModelSurvey/rules``.
  ///
  /// - Throws: ``ModelError`` for what is not implemented, `WeightsError` for files that cannot be read, `PlacementError`
  ///   for a parameter that the mesh cannot cut, ``ParameterError`` naming every parameter that is missing, unexpected or
  ///   of another shape, as the files name it.
  /// - Parameter report: Receives how many elements of parameters were read, and how many there are.
  public convenience init(
    _ settings: Configuration, mesh: Mesh = .solo, rank: Int = 0,
    report: @escaping @Sendable (_ read: Int, _ total: Int) -> Void = { _, _ in }
  ) throws {
    let files = try BackboneFiles(settings)
    let survey = try files.survey(settings.types, mesh: mesh, cutting: settings.sharding)
    let reader = ParameterReader(
      ReportedSource(files.parameters, report: report), rules: survey.rules, mesh: mesh, rank: rank,
      type: settings.types.parameter,
      isTrainable: false)
    try self.init(settings, files, parameters: reader)
    do {
      try reader.finish()
    } catch {
      throw files.renamed(error)
    }
  }

  /// ``init(_:mesh:rank:)`` without settings from a configuration.
  public convenience init(
    path: String, implementation: String? = nil, types: NumericTypes = .ofFiles, mesh: Mesh = .solo,
    rank: Int = 0
  ) throws {
    var settings = Configuration()
    settings.weights = path
    settings.implementation = implementation ?? settings.implementation
    settings.types = types
    try self.init(settings, mesh: mesh, rank: rank)
  }

  private init(_ settings: Configuration, _ files: BackboneFiles, parameters: ParameterReader) throws {
    self.files = files
    let types = files.named(settings.types)
    try files.check(types)
    let model = try files.build(types, parameters)
    guard settings.blockSize <= model.blockSize else {
      throw ModelError(
        .blockSize(found: settings.blockSize, most: model.blockSize, model: files.path))
    }
    blockSize = settings.blockSize > 0 ? settings.blockSize : model.blockSize
    self.model = model
  }

  public var vocabularySize: Int { model.vocabularySize }
  public var mode: ComputeMode { model.mode }

  public static func components() -> [any Module.Type] {
    architectures.map(\.model)
  }

  /// The rules of most architectures; those of one model are its architecture's, ``BackboneFiles/sharding``.
  public static var sharding: [(LogicalAxis, MeshAxis?)] { DecoderStem.sharding }
  public var sharding: [(LogicalAxis, MeshAxis?)] { files.sharding }

  /// As most architectures draw; one model draws as its own does.
  public static func plot(_ intermediates: Intermediates) -> [String: Figure] { intermediates.figures }
  public func plot(_ intermediates: Intermediates) -> [String: Figure] { model.plot(intermediates) }

  public func makeCache() -> KVCache { model.makeCache() }
  public func embed(_ ids: [Int32], _ pass: ForwardPass) throws -> Tensor { try model.embed(ids, pass) }
  public func decode(_ rows: Tensor, _ pass: ForwardPass) throws -> Tensor { try model.decode(rows, pass) }
  public func unembed(_ rows: Tensor, _ pass: ForwardPass) throws -> Tensor { try model.unembed(rows, pass) }
  public func score(_ rows: Tensor, targets: TargetLists, _ pass: ForwardPass) throws -> RowScores {
    try model.score(rows, targets: targets, pass)
  }
  public func crossEntropy(_ rows: Tensor, targets: [Int32], _ pass: ForwardPass) throws -> CrossEntropy {
    try model.crossEntropy(rows, targets: targets, pass)
  }
}

public import Basics
import Configurate
public import Sharding

/// An architecture that backbones may have: how files name it, how its settings and parameters are read, and the type
/// that computes it.
///
/// The architectures of this package are such values, each in the file of its model; one from elsewhere is added with
/// ``Backbone/register(_:)``.
public struct Architecture: Sendable {
  /// `model_type` of a `config.json`, and what `architecture/backbone/implementation` takes; the first is its own name.
  public let names: [String]
  /// What `transformers` takes for settings that a `config.json` does not have. The sizes that every file states are not
  /// among them: where one is missing, the file is not whole.
  public let defaults: [String: JSONValue]
  /// What `transformers` takes besides, or in their place, in files of one of the ``names``.
  public let defaultsOfNames: [String: [String: JSONValue]]
  /// The type that computes it.
  public let model: any LanguageModel.Type
  /// What has no gradients, so that the architecture is not trained; `nil` where all is trained.
  public let withoutGradients: UntrainedPart?
  /// How folders of the Hugging Face Hub name its parameters.
  public let hub: HubNames
  /// How GGUF files name its parameters and settings; `nil` for an architecture that has no such files.
  public let gguf: GGUFDialect?
  /// Which axes of its parameters are cut, and along which axis of the mesh.
  public let sharding: [(LogicalAxis, MeshAxis?)]
  /// Reads the settings, and returns what makes the model once there is a reader.
  let prepare:
    @Sendable (ModelDescription) throws
      ->
      @Sendable (NumericTypes, ParameterReader) throws
      -> any LanguageModel

  /// - Parameters:
  ///   - names: Values of `model_type`, at least one; the first is the architecture's own name.
  ///   - model: The type that computes it.
  ///   - settings: Reads the model's settings from its files. A setting that it does not read and that may change the
  ///     model's outputs is refused when the files are opened.
  ///   - withoutGradients: What has no gradients; training is refused where it is given.
  ///   - defaults: What `transformers` takes for settings that a `config.json` does not have.
  ///   - defaultsOfNames: What it takes besides in files whose `model_type` is one of the names.
  ///   - types: Where the settings hold the number types, which the run chooses and not the files.
  ///   - hub: How folders name the parameters.
  ///   - gguf: How GGUF files name parameters and settings; `nil` where there are none.
  ///   - sharding: Which axes are cut; the model's own rules where it is `nil`.
  public init<Model: LanguageModel>(
    _ names: String..., of model: Model.Type, withoutGradients: UntrainedPart? = nil,
    defaults: [String: JSONValue] = [:], defaultsOfNames: [String: [String: JSONValue]] = [:],
    settings: @escaping @Sendable (ModelDescription) throws -> Model.Configuration,
    types: any WritableKeyPath<Model.Configuration, NumericTypes> & Sendable,
    hub: HubNames = HubNames(), gguf: GGUFDialect? = nil, sharding: [(LogicalAxis, MeshAxis?)]? = nil
  ) {
    precondition(!names.isEmpty, "an architecture without a name")
    self.names = names
    self.defaults = defaults
    self.defaultsOfNames = defaultsOfNames
    self.model = model
    self.withoutGradients = withoutGradients
    self.hub = hub
    self.gguf = gguf
    self.sharding = sharding ?? Model.sharding
    prepare = { description in
      let read = try settings(description)
      return { numbers, parameters in
        if let withoutGradients, parameters.isTrainable {
          throw ModelError(.noGradients(of: withoutGradients.rawValue))
        }
        var settings = read
        settings[keyPath: types] = numbers
        return try Model(settings, parameters: parameters)
      }
    }
  }

  /// The architecture's own name, such as `llama`.
  public var name: String { names[0] }
}

import Basics
import Configurate

extension Backbone {
  /// Names that `architecture/backbone/implementation` takes besides `auto`; `qwen` is the original system's name.
  public static var implementations: [String] { known.flatMap(\.names) }

  /// An architecture: how the files call it, and how it is made of them.
  struct Implementation: Sendable {
    let names: [String]
    /// Reads the settings, and returns what makes the model once there is a reader.
    let prepare:
      @Sendable (ModelDescription) throws -> @Sendable (NumericTypes, ParameterReader) throws -> any Decoder

    var name: String { names[0] }
  }

  private static let known: [Implementation] = [
    implementation("gpt2", of: GPT2.self, settings: GPT2.Configuration.init, types: \.types),
    implementation("gpt_neox", of: GPTNeoX.self, settings: GPTNeoX.Configuration.init, types: \.types),
    implementation(
      "llama", "mistral", of: Llama.self, settings: { try Llama.Configuration($0) }, types: \.types),
    implementation("qwen2", "qwen", of: Qwen2.self, settings: Qwen2.configuration, types: \.types),
    implementation("qwen3", of: Qwen3.self, settings: Qwen3.configuration, types: \.types),
    implementation("gemma3_text", of: Gemma3.self, settings: Gemma3.Configuration.init, types: \.types),
  ]

  private static func implementation<Model: Decoder>(
    _ names: String..., of type: Model.Type,
    settings: @escaping @Sendable (ModelDescription) throws -> Model.Configuration,
    types path: any WritableKeyPath<Model.Configuration, NumericTypes> & Sendable
  ) -> Implementation {
    Implementation(names: names) { description in
      let settings = try settings(description)
      return { types, parameters in
        var settings = settings
        settings[keyPath: path] = types
        return try Model(settings, parameters: parameters)
      }
    }
  }

  /// - Throws: ``ModelError`` naming an implementation that there is none of.
  static func implementation(_ name: String, for description: ModelDescription) throws(ModelError)
    -> Implementation
  {
    if let found = known.first(where: { $0.names.contains(name) }) { return found }
    let nearest = suggestion(for: name, among: implementations)
    throw description.failure(
      "architecture '\(name)' is not implemented\(nearest) (known are \(implementations.joined(separator: ", ")))"
    )
  }
}

import Basics
import Synchronization

extension Backbone {
  /// The architectures that this process can open: those of this package, then those that were registered.
  public static var architectures: [Architecture] { registered.withLock { $0 } }

  /// Names that `architecture/backbone/implementation` takes besides `auto`; `qwen` is the original system's name.
  public static var implementations: [String] { architectures.flatMap(\.names) }

  /// Adds an architecture, so that files of it can be opened.
  ///
  /// - Throws: ``ModelError`` where one of its names, of `config.json` or of GGUF, is taken.
  public static func register(_ architecture: Architecture) throws(ModelError) {
    let taken = registered.withLock { known -> ModelError.Kind? in
      for name in architecture.names where known.contains(where: { $0.names.contains(name) }) {
        return .registeredTwice(name)
      }
      if let own = architecture.gguf,
        known.contains(where: {
          $0.gguf?.architecture == own.architecture && $0.gguf?.isMixture == own.isMixture
        })
      {
        return .registeredTwice(own.architecture)
      }
      known.append(architecture)
      return nil
    }
    if let taken { throw ModelError(taken) }
  }

  /// The architectures of this package.
  static let builtIn: [Architecture] =
    [
      GPT2.architecture, GPTNeoX.architecture, Llama.architecture, Qwen2.architecture, Qwen3.architecture,
      Gemma3.architecture,
      Mixtral.architecture, QwenMixtures.qwen2, QwenMixtures.qwen3, OLMoE.architecture,
      GraniteMixture.architecture,
      PhiMixture.architecture, GPTOSS.architecture, DeepSeek.v2, DeepSeek.v3, Llama4.architecture,
      GLM4Mixture.architecture, Ernie45Mixture.architecture, Dots1.architecture, MiniMaxM2.architecture,
      HunYuanMixture.architecture, Mistral4.architecture,
    ] + composed + hybrids

  private static let registered = Mutex(builtIn)

  /// The architecture that `wanted` names, or else the one that the files name.
  ///
  /// - Throws: ``ModelError`` for an architecture that is not known, and where the one that is wanted is not known to
  ///   compute what the one that the files name does.
  static func architecture(_ wanted: String?, for description: ModelDescription) throws(ModelError)
    -> Architecture
  {
    let (name, type) = (wanted ?? description.modelType, description.modelType)
    guard let found = architectures.first(where: { $0.names.contains(name) }) else {
      throw .unknownArchitecture(name, among: implementations, path: description.path)
    }
    guard found.names.contains(type) else {
      let expected = "one of \(found.names.joined(separator: ", ")), which implementation '\(name)' computes"
      throw ModelError(
        .invalid(key: "model_type", found: "'\(type)'", expected: expected), path: description.path)
    }
    return found
  }

  /// The architecture of a GGUF file's `general.architecture`.
  ///
  /// - Parameter hasExperts: Whether the file says that it has some.
  /// - Throws: ``ModelError`` for an architecture that is not known.
  static func architecture(ofGGUF name: String, hasExperts: Bool = false, at path: String) throws(ModelError)
    -> (Architecture, GGUFDialect)
  {
    let all = architectures.compactMap { architecture in architecture.gguf.map { (architecture, $0) } }
    let named = all.filter { $0.1.architecture == name }
    if let found = named.first(where: { $0.1.isMixture == hasExperts }) ?? named.first { return found }
    throw .unknownArchitecture(name, among: all.map(\.1.architecture), path: path)
  }
}

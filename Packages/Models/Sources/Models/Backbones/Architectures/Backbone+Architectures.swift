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
      if let name = architecture.gguf?.architecture, known.contains(where: { $0.gguf?.architecture == name })
      {
        return .registeredTwice(name)
      }
      known.append(architecture)
      return nil
    }
    if let taken { throw ModelError(taken) }
  }

  private static let registered = Mutex<[Architecture]>([
    GPT2.architecture, GPTNeoX.architecture, Llama.architecture, Qwen2.architecture, Qwen3.architecture,
    Gemma3.architecture,
  ])

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
    let types = found.names + found.alsoReads
    guard types.contains(type) else {
      let expected = "one of \(types.joined(separator: ", ")), which implementation '\(name)' computes"
      throw ModelError(
        .invalid(key: "model_type", found: "'\(type)'", expected: expected), path: description.path)
    }
    return found
  }

  /// The architecture of a GGUF file's `general.architecture`.
  ///
  /// - Throws: ``ModelError`` for an architecture that is not known.
  static func architecture(ofGGUF name: String, at path: String) throws(ModelError)
    -> (Architecture, GGUFDialect)
  {
    for architecture in architectures {
      if let dialect = architecture.gguf, dialect.architecture == name { return (architecture, dialect) }
    }
    let known = architectures.compactMap(\.gguf?.architecture)
    throw .unknownArchitecture(name, among: known, path: path)
  }
}

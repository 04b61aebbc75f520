import Basics

extension ModelError {
  public var description: String { path.map { "'\($0)': \(sentence)" } ?? sentence }

  private var sentence: String {
    switch kind {
    case .missing(let key): return "'\(key)' is missing"
    case .invalid(let key, let found, let expected): return "'\(key)' is \(found), expected \(expected)"
    case .outOfRange(let key, let found, let expected): return "\(key) must be \(expected), found \(found)"
    case .notImplemented(let key, let found, let known):
      let list = known.isEmpty ? "" : "; known are \(known.joined(separator: ", "))"
      return "'\(key)' is \(found), which is not implemented\(list)"
    case .unknownSettings(let settings, let type):
      let list = settings.map { "'\($0.key)' = \($0.value)" }.joined(separator: ", ")
      return
        "settings that are not known for '\(type)': \(list); remove what does not change the model's outputs"
    case .quantized(let form):
      return
        "weights quantised by \(form), a form that is not read; take the model as it was before, or as a GGUF file"
    case .unknownArchitecture(let name, let nearest, let known):
      let list = known.joined(separator: ", ")
      return "architecture '\(name)' is not implemented\(suggestion(nearest)) (known are \(list))"
    case .registeredTwice(let name): return "architecture '\(name)' is registered twice"
    case .other(let sentence): return sentence
    }
  }
}

import Basics

extension ModelError {
  public var description: String {
    let sentence = kind.sentence(isInFile: path != nil)
    return path.map { "'\($0)': \(sentence)" } ?? sentence
  }
}

extension ModelError.Kind {
  /// - Parameter isInFile: Whether keys are those of a file, which are quoted.
  fileprivate func sentence(isInFile: Bool) -> String {
    switch self {
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
    case .notQuantized(let method, let tensor):
      return "'quantization_config' names \(method) and no tensor is quantised so, expected some '\(tensor)'"
    case .unknownArchitecture(let name, let nearest, let known):
      let list = known.joined(separator: ", ")
      return "architecture '\(name)' is not implemented\(suggestion(nearest)) (known are \(list))"
    case .registeredTwice(let name): return "architecture '\(name)' is registered twice"
    case .notMultiple(let key, let found, let other, let unit):
      return isInFile
        ? "'\(key)' \(found) is no multiple of '\(other)' \(unit)"
        : "\(key) \(found) is not a multiple of \(other) \(unit)"
    case .oddHeadWidth(let headWidth, let width, let heads):
      return
        "architecture/rope needs an even head width, found \(headWidth) (n_embd \(width) over n_head \(heads))"
    case .shardedTraining(let shards):
      return "training a model that lies on \(shards) shards is not implemented; use replicas"
    case .blockSize(let found, let most, let model):
      return
        "setting 'architecture/block_size' is \(found), but '\(model)' reads at most \(most) tokens"
    case .noGradients(let part): return "gradients \(part) are not implemented"
    case .adapter(let problem): return problem.sentence
    case .refused(let reason): return reason
    case .rotary, .rotaryType, .unknownRotary, .rotaryRange, .unexpectedName, .formerName, .divisors,
      .scaledDivisors:
      return rotarySentence
    default: return fileSentence
    }
  }

  /// What is wrong with the file of a model, or with the sizes in it.
  private var fileSentence: String {
    switch self {
    case .noArchitecture(let key): "no '\(key)', so the architecture is unknown"
    case .unreadable(let reason): "cannot be read: \(reason)"
    case .noDescription: "no such file beside the weights, expected the description of a model"
    case .tooLong(let byteCount, let most): "\(byteCount) bytes, expected at most \(most)"
    case .noJSON(let error): "\(error)"
    case .noTensor(let tensor): "no tensor '\(tensor)'"
    case .headWidth(let width?): "heads of \(width) elements"
    case .headWidth(nil): "no head width"
    case .keyHeads(let keyHeads, let heads): "\(heads) heads do not share \(keyHeads) key heads evenly"
    case .tooWide(let heads, let width, let most):
      "\(heads) heads of \(width) elements are wider than \(most), which no model is"
    case .heads(let heads, let headWidth, let keyHeads, let width):
      "\(heads) heads of \(headWidth) elements and \(keyHeads) key heads do not make rows of \(width) elements, as this architecture needs"
    case .unevenHeads(let heads, let width):
      "rows of \(width) elements do not make \(heads) heads of one width"
    case .valueWidth(let values, let keys):
      "values of \(values) elements a head and keys of \(keys), which is not implemented"
    case .differing(let one, let other): "'\(one.key)' is \(one.value) and '\(other.key)' is \(other.value)"
    case .sameParameter(let one, let other): "tensors '\(one)' and '\(other)' are the same parameter"
    case .noWindow(let key): "'layer_types' slides and '\(key)' is missing"
    case .layerType(let type): "a layer of type \(type) is not implemented"
    case .mixedLayers(let type): "'layer_types' names layers of several kinds, which \(type) does not have"
    default: ""
    }
  }

  private var rotarySentence: String {
    switch self {
    case .rotary(let kind): "rotary \(kind.sentence(isInFile: true))"
    case .rotaryType(let type): "rotary type \(type) is not implemented"
    case .unknownRotary(let names):
      "rotary settings that are not known: \(quotedList(names))"
    case .rotaryRange(let base, let elements, let headWidth):
      "rotary positions rotate \(elements) of \(headWidth) elements of a head by base \(base); the number must be even, at most the head's, and the base positive"
    case .unexpectedName(let name, let object, let expected):
      "'\(object)' has '\(name)', expected \(expected)"
    case .formerName(let name, let object, let expected):
      "'\(object)' has '\(name)', which this architecture does not read; expected '\(expected)'"
    case .divisors(let tensor, let count, let expected):
      "tensor '\(tensor)' has \(count) elements, expected \(expected) positive ones, one a pair"
    case .scaledDivisors(let tensor):
      "tensor '\(tensor)' beside rotary scaling that is not linear is not implemented"
    default: ""
    }
  }
}

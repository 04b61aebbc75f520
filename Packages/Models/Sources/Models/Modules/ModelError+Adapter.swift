/// What keeps a LoRA adapter from being merged into a model.
public enum AdapterProblem: Sendable, Equatable {
  /// No `adapter_config.json` in its folder.
  case noSettings
  /// It is merged into a folder of the Hub only.
  case overGGUF
  /// A tensor whose name does not begin as names of the `peft` package do.
  case notBelow(String, expected: String)
  /// A tensor changes another that the model does not have.
  case noTarget(String, target: String)
  /// A factor of another rank than `r`.
  case rank(String, found: Int, expected: Int)
  /// A tensor of a kind of LoRA that is not implemented.
  case unknownForm(String)
  /// One of two factors is missing.
  case oneFactor(of: String)
  /// Factors whose product has another shape than the model's tensor.
  case factors(of: String, b: [Int], a: [Int], shape: [Int])
  /// A tensor of another shape than the one that it replaces.
  case replacement(String, shape: [Int], expected: [Int])
  /// A change of an embedding that is the head too.
  case tiedHead(String)
}

extension AdapterProblem {
  /// The tensor at fault, the adapter's own or the model's.
  public var tensor: String? {
    switch self {
    case .noSettings, .overGGUF: nil
    case .notBelow(let tensor, _), .noTarget(let tensor, _), .rank(let tensor, _, _),
      .unknownForm(let tensor),
      .oneFactor(let tensor), .factors(let tensor, _, _, _), .replacement(let tensor, _, _),
      .tiedHead(let tensor):
      tensor
    }
  }

  var expected: String? {
    switch self {
    case .notBelow(_, let start): start
    case .rank(_, _, let rank): "\(rank)"
    case .factors(_, _, _, let shape), .replacement(_, _, let shape): "\(shape)"
    default: nil
    }
  }

  var found: String? {
    switch self {
    case .rank(_, let rank, _): "\(rank)"
    case .replacement(_, let shape, _): "\(shape)"
    default: nil
    }
  }

  var sentence: String {
    switch self {
    case .noSettings: "no 'adapter_config.json', expected a folder of a LoRA adapter"
    case .overGGUF:
      "an adapter over a GGUF file is not implemented; name the folder that the file was made of"
    case .notBelow(let name, let start): "of the adapter, tensor '\(name)' is not below '\(start)'"
    case .noTarget(let name, let target):
      "of the adapter, '\(name)' changes '\(target)', which the model does not have"
    case .rank(let name, let found, let expected):
      "of the adapter, '\(name)' is of rank \(found), and 'r' is \(expected)"
    case .unknownForm(let name): "of the adapter, '\(name)' is of a kind of LoRA that is not implemented"
    case .oneFactor(let name): "of the adapter, of the two factors of '\(name)' one is missing"
    case .factors(let name, let b, let a, let shape):
      "of the adapter, factors \(b) and \(a) do not fit '\(name)', which has shape \(shape)"
    case .replacement(let name, let shape, let expected):
      "of the adapter, '\(name)' has shape \(shape), expected \(expected)"
    case .tiedHead(let name):
      "of the adapter, '\(name)' is changed, which is the head too; that is not implemented"
    }
  }
}

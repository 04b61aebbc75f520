public import Basics
public import TensorCore
import Weights

/// The settings that a model's files describe it with, read once each: a `config.json`, or GGUF metadata in its words.
///
/// A setting that is absent has the value that `transformers` gives it (``Architecture/defaults``). What is read is noted, so that
/// ``finish(for:)`` can name settings that nothing implements.
public final class ModelDescription {
  /// The file that it stands in: a `config.json` or a GGUF file.
  public let path: String
  /// In which order the files hold the elements of weights.
  public let layout: WeightLayout
  /// `model_type`, such as `llama`.
  public let modelType: String
  /// Divisors of rotary frequencies, which a GGUF file holds as a tensor.
  public let rotaryDivisors: [Double]?
  /// What sines and cosines are multiplied by beside them.
  let rotaryAmplitude: Double
  /// The path of the embedding where the files hold the head in its place; see ``tiesHead(default:embedding:)``.
  private(set) var embeddingInHead: String?
  /// How many layers are read, where files may hold more that only training uses.
  private(set) var layersRead: Int?
  /// What the paths of parameters begin with that are not read.
  private(set) var leftOut: [String] = []
  /// Tensors of the files that hold several parameters; see ``splits(_:into:)``.
  private(set) var fusions: [FusedTensor] = []
  private let object: JSONObject
  private let absent: [String: JSONValue]
  private let fileNames: [String: String]
  /// What stands before the names of settings in the file, such as `text_config/`.
  private let scope: String
  private let holds: (String) -> Bool
  private var read: Set<String> = ["model_type"]

  /// - Parameters:
  ///   - defaults: What settings have that are absent.
  ///   - fileNames: What the file calls settings, where that is not their name here.
  ///   - scope: What stands before the names of settings in the file.
  ///   - holds: Whether the files hold a parameter, by the path that modules ask for.
  init(
    _ object: JSONObject, path: String, layout: WeightLayout, fileNames: [String: String] = [:],
    scope: String = "",
    rotaryDivisors: [Double]? = nil, rotaryAmplitude: Double = 1, defaults: [String: JSONValue] = [:],
    holds: @escaping (String) -> Bool
  ) throws(ModelError) {
    self.object = object
    self.path = path
    self.layout = layout
    self.fileNames = fileNames
    self.scope = scope
    self.rotaryDivisors = rotaryDivisors
    self.rotaryAmplitude = rotaryAmplitude
    self.holds = holds
    guard let type = object["model_type"]?.text else {
      throw ModelError(.noArchitecture(key: "model_type"), path: path)
    }
    modelType = type
    absent = defaults
  }

  /// Whether the files hold a head of its own.
  public var hasHead: Bool { holdsParameter("lm_head/weight") }

  /// Whether the files hold a parameter, by the path that modules ask for: `layers/0/self_attn/q_proj/bias`.
  public func holdsParameter(_ path: String) -> Bool { holds(path) }

  /// Whether the head is the embedding. A file that holds both although the settings tie them means both; one that holds
  /// only the head means it twice.
  ///
  /// - Parameter embedding: The path of the embedding, without `/weight`.
  public func tiesHead(default fallback: Bool, embedding: String = "embed_tokens") throws(ModelError) -> Bool
  {
    guard try bool("tie_word_embeddings", default: fallback) else { return false }
    guard hasHead else { return true }
    guard !holds(embedding + "/weight") else { return false }
    embeddingInHead = embedding + "/weight"
    return true
  }

  /// An error of these files, in words of its own.
  public func failure(_ reason: String) -> ModelError { failure(.refused(reason: reason)) }

  /// Notes that the files hold several parameters as one tensor, and its bias likewise.
  ///
  /// - Parameters:
  ///   - fused: Its path without ending; a component `*` is any layer: `layers/*/self_attn/qkv_proj`.
  ///   - parts: The path of each parameter in place of the last component of `fused`, and its rows of the tensor, in order.
  public func splits(_ fused: String, into parts: [(path: String, rows: [Range<Int>])]) {
    fusions.append(FusedTensor(fused, parts))
  }

  /// An error of these files.
  public func failure(_ kind: ModelError.Kind) -> ModelError { ModelError(kind, path: path) }

  /// What the file calls a setting.
  func fileName(_ name: String) -> String { fileNames[name] ?? scope + name }

  /// The value of a setting; `nil` where it is null, or absent and without a default.
  public subscript(name: String) -> JSONValue? {
    read.insert(name)
    let given = object[name]
    // transformers gives a default that is a dictionary to null, too.
    let isAbsent = given == nil || given == .null && absent[name]?.object != nil
    guard let value = isAbsent ? absent[name] : given, value != .null else { return nil }
    return value
  }

  /// Notes settings that change nothing for this architecture, whatever they say.
  func ignore(_ names: String...) { read.formUnion(names) }

  /// Lets files hold further layers, which predict tokens further on in training.
  func ignoreLayersBeyond(_ count: Int) {
    layersRead = count
    ignore("num_nextn_predict_layers", "num_mtp_layers")
  }

  /// Lets files hold parameters that nothing reads.
  ///
  /// - Parameter beginning: What their paths begin with.
  func leaveOut(_ beginning: String) { leftOut.append(beginning) }

  /// A whole number.
  ///
  /// - Throws: ``ModelError`` where it is missing without a default, or outside `range`.
  public func integer(_ name: String, default fallback: Int? = nil, in range: ClosedRange<Int> = 1...1 << 24)
    throws(ModelError) -> Int
  {
    guard let value = self[name] else {
      guard let fallback else { throw missing(name) }
      return fallback
    }
    guard let integer = value.integer, range.contains(integer) else {
      throw invalid(name, value, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  /// A positive number that 32 bits can hold.
  ///
  /// - Throws: ``ModelError`` where it is missing without a default, not positive or too large.
  public func number(_ name: String, default fallback: Double? = nil) throws(ModelError) -> Double {
    guard let value = self[name] else {
      guard let fallback else { throw missing(name) }
      return fallback
    }
    guard let number = value.number, number > 0, Float(number).isFinite else {
      throw invalid(name, value, "a positive number below 3.4e38")
    }
    return number
  }

  /// True or false. Null is false, as Python takes it, also where the default is true.
  ///
  /// - Throws: ``ModelError`` for any other value.
  public func bool(_ name: String, default fallback: Bool) throws(ModelError) -> Bool {
    guard let value = self[name] else { return object[name] == .null ? false : fallback }
    guard let bool = value.bool else { throw invalid(name, value, "true or false") }
    return bool
  }

  /// The activation that a setting names, with the names that `transformers` has for it.
  ///
  /// - Throws: ``ModelError`` for one that is not implemented.
  public func activation(_ name: String, default fallback: String) throws(ModelError) -> Activation {
    let value = self[name] ?? .text(fallback)
    switch value.text {
    case "silu", "swish": return .silu
    case "gelu", "gelu_python": return .geluErf
    case "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_accurate", "gelu_python_tanh": return .geluTanh
    case "relu": return .relu
    case "relu2": return .reluSquared
    default:
      throw ModelError(
        .notImplemented(
          key: fileName(name), found: "\(value)", known: ["silu", "gelu", "gelu_new", "relu", "relu2"]),
        path: path)
    }
  }

  /// Refuses a setting unless it is absent, null or one of the values that change nothing.
  ///
  /// - Throws: ``ModelError`` naming the setting and its value.
  public func refuse(_ name: String, unless harmless: JSONValue...) throws(ModelError) {
    guard let value = self[name], !harmless.contains(value) else { return }
    throw ModelError(.notImplemented(key: fileName(name), found: "\(value)", known: []), path: path)
  }

  func missing(_ name: String) -> ModelError { ModelError(.missing(key: fileName(name)), path: path) }

  func invalid(_ name: String, _ value: JSONValue, _ expected: String) -> ModelError {
    ModelError(.invalid(key: fileName(name), found: "\(value)", expected: expected), path: path)
  }

  /// - Parameter architecture: What the settings were read for.
  /// - Throws: ``ModelError`` naming every setting that was given, not read, and may mean something.
  func finish(for architecture: String) throws(ModelError) {
    // transformers takes whatever is not true, null too, for attention both ways.
    if let value = object["is_causal"], value != .bool(true) {
      throw ModelError(.notImplemented(key: "is_causal", found: "\(value)", known: ["true"]), path: path)
    }
    let unknown = object.names.filter { name in
      guard !read.contains(name), let value = object[name], value != .null else { return false }
      return !Self.isHarmless(name, value)
    }
    guard unknown.isEmpty else {
      let settings = unknown.map { ModelError.Setting(fileName($0), "\(object[$0] ?? .null)") }
      throw ModelError(.unknownSettings(settings, modelType: architecture), path: path)
    }
  }
}

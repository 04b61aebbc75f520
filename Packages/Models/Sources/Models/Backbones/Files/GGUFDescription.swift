import Basics
import TensorCore
import Weights

extension GGUFDialect {
  /// The metadata in the words of `config.json`, with what llama.cpp takes where a value is absent.
  ///
  /// - Parameters:
  ///   - modelType: The `model_type` that it would name.
  ///   - holds: Whether the file holds a parameter, by the path that modules ask for.
  func description(
    of file: GGUFFile, modelType: String, holds: @escaping (String) -> Bool
  ) throws -> ModelDescription {
    let own = GGUFSettings(file, of: architecture)
    var object = JSONObject()
    object["model_type"] = .text(modelType)
    for (name, value) in own.values where !own.isHarmless(name, value) {
      if let known = settings[name], known != "rope_theta" {
        object[known] = value
      } else if !hasRotaryPositions || !GGUFSettings.rotaryNames.contains(name) {
        object[own.prefix + name] = value  // left unread, and so named if it means something
      }
    }
    try own.checkValueWidth()
    if hasRotaryPositions {
      object["rope_parameters"] = try own.rotaryParameters(hasLocalRotary: hasLocalRotary)
    }
    guard let vocabulary = file.shape(of: "token_embd.weight")?.first else {
      throw own.failure(.noTensor("token_embd.weight"))
    }
    if let tokens = file.values["tokenizer.ggml.tokens"]?.array?.count, tokens != vocabulary {
      throw own.failure(
        "'tokenizer.ggml.tokens' has \(tokens) texts, expected one for each of \(vocabulary) rows of 'token_embd.weight'"
      )
    }
    object["vocab_size"] = .integer(vocabulary)
    for (name, value) in try implied(own).sorted(by: { $0.key < $1.key }) { object[name] = JSONValue(value) }
    object["tie_word_embeddings"] = .bool(file.shape(of: "output.weight") == nil)
    let name = own.hasShortFactors ? GGUFSettings.shortFactors : "rope_freqs.weight"
    let divisors = try file.shape(of: name).map { _ in
      try file.floatingPoint(file.tensor(named: name), named: name).floats.map(Double.init)
    }
    return try ModelDescription(
      object, path: file.path, layout: .gguf, fileNames: fileNames, rotaryDivisors: divisors,
      rotaryAmplitude: own.hasShortFactors ? own["rope.scaling.attn_factor"]?.number ?? 1 : 1, holds: holds)
  }

  /// What the file calls settings, by their names in a `config.json`.
  private var fileNames: [String: String] {
    let names = settings.merging(GGUFSettings.rotaryFields) { one, _ in one }
    return Dictionary(names.map { ($1, "\(architecture).\($0)") }) { min($0, $1) }
  }
}

extension GGUFSettings {
  /// All settings of the architecture by their names without it, in the order of names.
  fileprivate var values: [(name: String, value: JSONValue)] {
    file.values.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }
      .map { (String($0.key.dropFirst(prefix.count)), JSONValue($0.value)) }
  }

  /// Whether a setting repeats others, or turns something off.
  fileprivate func isHarmless(_ name: String, _ value: JSONValue) -> Bool {
    switch name {
    case "vocab_size", "attention.value_length", "tensor_data_layout", "pooling_type": true
    case "attention.causal": value == .bool(true)
    case "expert_count", "expert_used_count": value == .integer(0)
    default: false
    }
  }

  fileprivate func checkValueWidth() throws(ModelError) {
    guard let values = try integer("attention.value_length"), let keys = headWidth, keys != values else {
      return
    }
    throw failure(.valueWidth(values, keyWidth: keys))
  }
}

extension JSONValue {
  init(_ value: GGUFValue) {
    switch value {
    case .integer(let integer): self = .integer(integer)
    case .number(let number): self = .number(number)
    case .bool(let bool): self = .bool(bool)
    case .text(let text): self = .text(text)
    case .array(let array):
      let numbers = array.count <= 1 << 16 ? (try? array.numbers()) ?? nil : nil
      self = .list(
        numbers?.map { Int(exactly: $0).map(JSONValue.integer) ?? .number($0) }
          ?? Array(repeating: .null, count: min(array.count, 1 << 16)))
    }
  }
}

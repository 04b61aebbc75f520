import Basics
import TensorCore
import Weights

extension GGUFDialect {
  /// The metadata as a `config.json` would say it.
  ///
  /// - Parameter modelType: The `model_type` that it would name.
  func description(of file: GGUFFile, modelType: String) throws -> ModelDescription {
    let (prefix, own) = (architecture + ".", GGUFSettings(file, of: architecture))
    var object = JSONObject()
    func failure(_ reason: String) -> ModelError { ModelError("'\(file.path)': \(reason)") }
    object["model_type"] = .text(modelType)
    if let parts = file.values["split.count"]?.integer, parts > 1 {
      throw failure("one of \(parts) parts; join them with llama-gguf-split --merge")
    }
    var rope: [String: JSONValue] = [:]
    for (key, value) in file.values.sorted(by: { $0.key < $1.key }) where key.hasPrefix(prefix) {
      let name = String(key.dropFirst(prefix.count))
      let json = JSONValue(value)
      if let known = settings[name] {
        object[known] = json
      } else if let known = Self.ropeFields[name] {
        rope[known] = json
      } else if !Self.restated.contains(name) {
        object[key] = json  // left unread, and so named if it means something
      }
    }
    if let turning = own["rope.dimension_count"]?.integer {
      let width = own.headWidth ?? turning
      guard width > 0 else { throw failure("heads of \(width) elements") }
      rope["partial_rotary_factor"] = .number(Double(turning) / Double(width))
    }
    if let width = own["attention.value_length"]?.integer,
      let keys = own["attention.key_length"]?.integer, keys != width
    {
      throw failure("values of \(width) elements a head and keys of \(keys), which is not implemented")
    }
    if hasRotaryPositions, !rope.isEmpty {
      var fields = JSONObject()
      for (name, value) in rope.sorted(by: { $0.key < $1.key }) { fields[name] = value }
      object["rope_parameters"] = .object(fields.names.map { ($0, fields[$0] ?? .null) })
    }
    guard let vocabulary = file.shape(of: "token_embd.weight")?.first else {
      throw failure("no tensor 'token_embd.weight'")
    }
    object["vocab_size"] = .integer(vocabulary)
    for (name, value) in try implied(own).sorted(by: { $0.key < $1.key }) {
      object[name] = JSONValue(value)
    }
    let hasHead = file.shape(of: "output.weight") != nil
    object["tie_word_embeddings"] = .bool(!hasHead)
    let divisors = try file.shape(of: "rope_freqs.weight").map { _ in
      try file.tensor(named: "rope_freqs.weight").floats.map(Double.init)
    }
    return try ModelDescription(
      object, path: file.path, layout: .gguf, hasHead: hasHead, rotaryDivisors: divisors)
  }

  private static let ropeFields = [
    "rope.scaling.type": "rope_type", "rope.scaling.factor": "factor", "rope.scale_linear": "factor",
    "rope.scaling.original_context_length": "original_max_position_embeddings",
    "rope.scaling.attn_factor": "attention_factor", "rope.scaling.yarn_beta_fast": "beta_fast",
    "rope.scaling.yarn_beta_slow": "beta_slow",
  ]

  /// What other values say too.
  private static let restated: Set<String> = [
    "vocab_size", "rope.dimension_count", "attention.value_length", "rope.scaling.finetuned",
    "tensor_data_layout", "attention.causal",
  ]
}

extension JSONValue {
  fileprivate init(_ value: GGUFValue) {
    switch value {
    case .integer(let integer): self = .integer(integer)
    case .number(let number): self = .number(number)
    case .bool(let bool): self = .bool(bool)
    case .text(let text): self = .text(text)
    case .array(let array): self = .list(Array(repeating: .null, count: min(array.count, 1)))
    }
  }
}

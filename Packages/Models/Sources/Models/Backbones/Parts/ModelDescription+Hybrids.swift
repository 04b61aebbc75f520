import Basics
import Weights

extension GGUFSettings {
  /// The key heads of layers that attend, where the file states them of each layer: none of those that do not attend.
  var attendingLayers: [String: GGUFValue] {
    get throws {
      guard let heads = self["attention.head_count_kv"]?.array else { return [:] }
      return [
        "key_heads_of_layers": .array(heads),
        "num_key_value_heads": .integer(max(1, try heads.integers()?.max() ?? 1)),
      ]
    }
  }
}

extension ModelDescription {
  /// Of each layer of a GGUF file, whether it attends; `nil` where the file does not say it.
  func attendingLayers(_ layers: Int) throws(ModelError) -> [Bool]? {
    guard layout == .gguf, let heads = try integers("key_heads_of_layers") else { return nil }
    guard heads.count == layers else {
      throw invalid(
        "num_key_value_heads", .list(heads.map(JSONValue.integer)), "one for each of \(layers) layers")
    }
    return heads.map { $0 > 0 }
  }

  /// Whether a part has a bias: as a setting says, or in a GGUF file as the tensors of any layer are there.
  ///
  /// - Parameter path: Below the layer, without `bias`.
  func bias(_ setting: String, inLayers layers: Int, at path: String, default fallback: Bool)
    throws(ModelError)
    -> Bool
  {
    guard layout == .gguf else { return try bool(setting, default: fallback) }
    return (0..<layers).contains { holdsParameter("layers/\($0)/\(path)/bias") }
  }
}

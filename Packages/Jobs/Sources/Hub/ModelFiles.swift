internal import Foundation

/// Which of a model's files an evaluation needs: its settings, its tokenizer, and its weights in one form.
enum ModelFiles {
  private static let settings = [
    "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json", "vocab.json", "merges.txt", "tokenizer.model", "chat_template.jinja",
  ]

  /// Those among `files`, weights last.
  ///
  /// - Throws: ``HubError`` if there are no weights that we read, or more than one choice of them.
  static func needed(among files: [String], of model: HubModel) throws(HubError) -> [String] {
    let top = files.filter { !$0.contains("/") }.sorted()
    let described = settings.filter(top.contains)
    if top.contains("model.safetensors") { return described + ["model.safetensors"] }
    let shards = top.filter { $0.hasPrefix("model-") && $0.hasSuffix(".safetensors") }
    let index = "model.safetensors.index.json"
    if top.contains(index), !shards.isEmpty { return described + [index] + shards }
    let safetensors = top.filter { $0.hasSuffix(".safetensors") && !$0.hasPrefix("adapter") }
    if safetensors.count == 1 { return described + safetensors }
    let quantized = top.filter { $0.hasSuffix(".gguf") }
    if quantized.count == 1 { return described + quantized }
    guard quantized.isEmpty, safetensors.isEmpty else {
      throw HubError(.severalWeights(model: "\(model)", safetensors + quantized))
    }
    let pickled = top.first { $0.hasSuffix(".bin") || $0.hasSuffix(".pt") || $0.hasSuffix(".pth") }
    throw HubError(.noWeights(model: "\(model)", pickled: pickled))
  }

  /// Whether a snapshot in the cache has all that an evaluation needs, shards included.
  static func isComplete(_ folder: String) -> Bool {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    // a link whose blob is gone does not count
    let present = files.filter { HubCache.size("\(folder)/\($0)") != nil }
    guard let model = try? HubModel("a/b"), let needed = try? needed(among: present, of: model) else {
      return false
    }
    if needed.last?.hasSuffix(".gguf") == true { return true }
    guard needed.contains("config.json") else { return false }
    guard needed.contains("model.safetensors.index.json") else { return true }
    return shards(of: "\(folder)/model.safetensors.index.json").map { $0.isSubset(of: present) } ?? false
  }

  private static func shards(of index: String) -> Set<String>? {
    struct Index: Decodable {
      var weightMap: [String: String]
      enum CodingKeys: String, CodingKey { case weightMap = "weight_map" }
    }
    guard let data = FileManager.default.contents(atPath: index),
      let index = try? JSONDecoder().decode(Index.self, from: data)
    else { return nil }
    return Set(index.weightMap.values)
  }
}

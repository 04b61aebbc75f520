import Basics

/// A model of several kinds of input, of which this package computes the text model.
///
/// Its `config.json` holds the settings of the text model in `text_config`; its weights hold those of the text model below
/// `language_model.`, and others besides.
struct TextPart: Sendable {
  /// The `model_type` of the whole.
  let name: String
  /// Values of `model_type` that the text model has; the first where `text_config` states none.
  let textTypes: [String]
  /// What `transformers` takes for settings of the text model that are absent here and stated in a file of the text
  /// model alone.
  var defaults: [String: JSONValue] = [:]
  /// Whether the head is the embedding where the settings of the whole do not say it.
  var tiesHead = true

  static let all = [
    TextPart(
      name: "gemma3", textTypes: ["gemma3_text"],
      defaults: [
        "vocab_size": 262_208, "hidden_size": 2304, "intermediate_size": 9216, "num_hidden_layers": 26,
        "num_attention_heads": 8,
      ]),
    TextPart(name: "gemma3n", textTypes: ["gemma3n_text"]),
    TextPart(name: "gemma4", textTypes: ["gemma4_text"]),
    TextPart(name: "mistral3", textTypes: ["mistral", "ministral3", "mistral4"]),
    TextPart(name: "qwen3_5", textTypes: ["qwen3_5_text"], tiesHead: false),
    TextPart(name: "qwen3_5_moe", textTypes: ["qwen3_5_moe_text"], tiesHead: false),
    TextPart(name: "llama4", textTypes: ["llama4_text"], tiesHead: false),
  ]

  /// The part that the settings of a whole name; `nil` for a model of texts alone.
  init?(of settings: JSONObject) {
    guard let type = settings["model_type"]?.text, let found = Self.all.first(where: { $0.name == type })
    else {
      return nil
    }
    self = found
  }

  private init(
    name: String, textTypes: [String], defaults: [String: JSONValue] = [:], tiesHead: Bool = true
  ) {
    (self.name, self.textTypes, self.defaults, self.tiesHead) = (name, textTypes, defaults, tiesHead)
  }

  /// The settings of the text model, as a file of it alone would hold them.
  ///
  /// - Throws: ``ModelError`` where there are none, and for a setting of the whole that may change what the text model computes.
  func settings(in whole: JSONObject, path: String) throws(ModelError) -> JSONObject {
    guard var text = whole["text_config"]?.object else {
      throw ModelError(.missing(key: "text_config"), path: path)
    }
    let unknown = whole.names.filter { name in
      guard let value = whole[name], value != .null else { return false }
      return !Self.isOfOtherKinds(name) && !ModelDescription.isHarmless(name, value)
    }
    guard unknown.isEmpty else {
      let settings = unknown.map { ModelError.Setting($0, "\(whole[$0] ?? .null)") }
      throw ModelError(.unknownSettings(settings, modelType: name), path: path)
    }
    for (name, value) in defaults where text[name] == nil { text[name] = value }
    text["model_type"] = text["model_type"] ?? .text(textTypes[0])
    text["tie_word_embeddings"] = whole["tie_word_embeddings"] ?? .bool(tiesHead)
    return text
  }

  /// Settings of the whole that no text without other input reaches.
  private static func isOfOtherKinds(_ name: String) -> Bool {
    ["_token_id", "_token_index", "_token_ids", "_soft_tokens_per_image"].contains { name.hasSuffix($0) }
      || others.contains(name)
  }

  private static let others: Set = [
    "model_type", "text_config", "vision_config", "audio_config", "tie_word_embeddings",
    "mm_tokens_per_image",
    "projector_hidden_act", "spatial_merge_size", "multimodal_projector_bias", "vision_feature_layer",
    "image_seq_length", "language_model_only",
  ]
}

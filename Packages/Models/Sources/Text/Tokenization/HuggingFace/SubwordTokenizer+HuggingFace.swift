internal import Basics
internal import Foundation

extension SubwordTokenizer {
  /// The tokenizer of a Hugging Face folder.
  ///
  /// The end of a text is `eos_token` of `tokenizer_config.json` beside it, else `pad_token`, else one of the names that
  /// models give it, else 0. What begins a text is `bos_token` there, else what the file's template begins with.
  ///
  /// - Parameter path: A folder with a `tokenizer.json`, or such a file.
  /// - Throws: ``TokenizerError`` naming the file, if it is missing, damaged, or of a kind that is not supported.
  public convenience init(huggingFace path: String) throws(TokenizerError) {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let file = isFolder.boolValue ? "\(path)/tokenizer.json" : path
    guard exists, let bytes = FileManager.default.contents(atPath: file) else {
      throw TokenizerError("tokenizer '\(path)' is no folder with a tokenizer.json and no such file")
    }
    var definition = try TokenizerFile(Array(bytes), path: file).definition()
    let configuration = (file as NSString).deletingLastPathComponent + "/tokenizer_config.json"
    let tokens = definition.addedTokens
    let named = try Self.named(
      ["bos_token", "eos_token", "pad_token"], among: tokens, configuration: configuration)
    let usual = ["<|endoftext|>", "<|end_of_text|>", "</s>"].compactMap { name in
      tokens.first { $0.text == name }?.id
    }
    definition.eotToken = named["eos_token"] ?? named["pad_token"] ?? usual.first ?? 0
    definition.bosToken = named["bos_token"] ?? definition.prefix.first
    definition.name = "huggingface"
    self.init(definition)
  }

  /// The ids of the tokens that `tokenizer_config.json` names, where there is one.
  private static func named(
    _ keys: [String], among tokens: [AddedToken], configuration path: String
  ) throws(TokenizerError) -> [String: Int32] {
    guard let bytes = FileManager.default.contents(atPath: path) else { return [:] }
    let settings: JSONObject?
    do { settings = try JSONValue(Array(bytes)).object } catch {
      throw TokenizerError("'\(path)': \(error)")
    }
    var ids: [String: Int32] = [:]
    for key in keys {
      guard let name = settings?[key]?.text ?? settings?[key]?.object?["content"]?.text else { continue }
      guard let token = tokens.first(where: { $0.text == name }) else {
        throw TokenizerError(
          "'\(path)': \(key): '\(name)' is not among the added tokens of the tokenizer.json")
      }
      ids[key] = token.id
    }
    return ids
  }
}

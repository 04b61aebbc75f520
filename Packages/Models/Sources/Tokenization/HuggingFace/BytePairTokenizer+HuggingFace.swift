internal import Foundation
internal import Weights

extension BytePairTokenizer {
  /// The tokenizer of a Hugging Face folder.
  ///
  /// The end of a text is `eos_token` of `tokenizer_config.json` beside it, else `pad_token`, else one of the names that
  /// models give it, else 0. No special tokens are added to a text.
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
    definition.eotToken = try Self.endOfText(among: definition.addedTokens, configuration: configuration)
    definition.name = "huggingface"
    self.init(definition)
  }

  private static func endOfText(among tokens: [AddedToken], configuration path: String) throws(TokenizerError)
    -> Int32
  {
    let ids = Dictionary(tokens.map { ($0.text, $0.id) }, uniquingKeysWith: { first, _ in first })
    var names = ["<|endoftext|>", "<|end_of_text|>", "</s>"]
    if let bytes = FileManager.default.contents(atPath: path) {
      let settings: JSONObject?
      do { settings = try JSONValue(Array(bytes), path: path).object } catch {
        throw TokenizerError("\(error)")
      }
      let named = ["eos_token", "pad_token"].compactMap { key in
        settings?[key]?.text ?? settings?[key]?.object?["content"]?.text
      }
      for name in named where ids[name] == nil {
        throw TokenizerError("'\(path)': token '\(name)' is not among the added tokens of the tokenizer.json")
      }
      names = named + names
    }
    return names.lazy.compactMap { ids[$0] }.first ?? 0
  }
}

import Basics
public import Evaluations
import Foundation
import Jobs
public import Tokenization
import Weights

extension EndTokens {
  /// The ids that end a backbone's answer: those of its tokenizer, and `eos_token_id` of its settings.
  ///
  /// As in transformers, `generation_config.json` is asked where there is one, else `config.json`. A GGUF file has
  /// `eos_token_id`, `eot_token_id` and `eom_token_id`.
  ///
  /// - Parameter path: A folder, a GGUF file, or a file of weights in its folder.
  /// - Throws: `JobError` naming the file and the key, `WeightsError` for a GGUF file.
  public static func ofBackbone(at path: String, tokenizer: any Tokenizer) throws -> EndTokens {
    let place = VocabularyPath(path)
    if let gguf = place.gguf {
      let values = try GGUFFile(path: gguf).values
      let ids = ["eos", "eot", "eom"].compactMap { values["tokenizer.ggml.\($0)_token_id"]?.integer }
      return EndTokens(tokenizer.endTokens.union(ids.compactMap(Int32.init(exactly:))))
    }
    for name in ["generation_config.json", "config.json"] {
      let file = (place.folder as NSString).appendingPathComponent(name)
      if let reason = fileFault(file) { throw JobError(.unreadable(path: file, reason: reason)) }
      guard let bytes = FileManager.default.contents(atPath: file) else { continue }
      return EndTokens(tokenizer.endTokens.union(try EndSettings.ids(in: bytes, of: file)))
    }
    return EndTokens(of: tokenizer)
  }
}

/// `eos_token_id` of a settings file.
private enum EndSettings {
  /// The ids in a file, one or a list; a negative one stands for none. A model with parts has them beside or in
  /// `text_config`.
  static func ids(in bytes: Data, of path: String) throws(JobError) -> [Int32] {
    let json: JSONValue
    do throws(JSONError) { json = try JSONValue(Array(bytes), options: .python) } catch {
      throw JobError(.malformedFile(path: path, .noJSON(error)))
    }
    guard let settings = json.object else { throw JobError(.malformedFile(path: path, .noSettingsObject)) }
    let found = [settings, settings["text_config"]?.object].lazy
      .compactMap { $0?["eos_token_id"] }.first { $0 != .null }
    guard let found else { return [] }
    return try (found.list ?? [found]).map { value throws(JobError) in
      guard let id = value.integer.flatMap(Int32.init(exactly:)) else {
        throw JobError(
          .malformedFile(
            path: path, .value(key: "eos_token_id", expected: "an id or a list of ids", found: "\(value)")))
      }
      return id
    }.filter { $0 >= 0 }
  }
}

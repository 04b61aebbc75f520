import Foundation
public import Templating
import Weights

extension ChatFormat {
  /// The chat format of a backbone: its template, in its folder or GGUF file, or else ChatML.
  ///
  /// - Parameter path: A folder, a GGUF file, or a file of weights in its folder.
  /// - Throws: `TemplateError` for a template that cannot be read, `WeightsError` for a file.
  public init(backbone path: String) throws {
    guard path.lowercased().hasSuffix(".gguf") else {
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      try self.init(folder: isFolder.boolValue ? path : (path as NSString).deletingLastPathComponent)
      return
    }
    let file = try GGUFFile(path: path)
    guard let template = file.values["tokenizer.chat_template"]?.text else {
      self = .chatML
      return
    }
    let tokens = try file.values["tokenizer.ggml.tokens"]?.array?.texts() ?? []
    var named: [String: String] = [:]
    for (name, key) in [
      ("bos_token", "bos"), ("eos_token", "eos"), ("unk_token", "unknown"), ("pad_token", "padding"),
    ] {
      guard let id = file.values["tokenizer.ggml.\(key)_token_id"]?.integer, tokens.indices.contains(id)
      else {
        continue
      }
      named[name] = tokens[id]
    }
    do {
      try self.init(template: template, specialTokens: named)
    } catch {
      throw TemplateError(
        error.kind, "file '\(path)', 'tokenizer.chat_template': \(error.message)", line: error.line)
    }
  }
}

public import Chat
import Foundation
import Templating
import Weights

extension ChatFormat {
  /// The chat format of a backbone: the template in its folder or GGUF file, or else ChatML.
  ///
  /// - Parameter path: A folder, a GGUF file, or a file of weights in its folder.
  /// - Throws: `TemplateError` for a template that cannot be read, `WeightsError` for a file.
  public static func ofBackbone(at path: String) throws -> ChatFormat {
    if path.lowercased().hasSuffix(".gguf") { return try inGGUF(GGUFFile(path: path)) }
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    return try ChatFormat(folder: isFolder.boolValue ? path : (path as NSString).deletingLastPathComponent)
  }

  private static func inGGUF(_ file: GGUFFile) throws -> ChatFormat {
    guard let template = file.values["tokenizer.chat_template"]?.text else { return .chatML }
    let tokens = try file.values["tokenizer.ggml.tokens"]?.array?.texts() ?? []
    var named: [String: String] = [:]
    for (name, key) in [("bos", "bos"), ("eos", "eos"), ("unk", "unknown"), ("pad", "padding")] {
      let id = file.values["tokenizer.ggml.\(key)_token_id"]?.integer ?? -1
      if tokens.indices.contains(id) { named["\(name)_token"] = tokens[id] }
    }
    do {
      return try ChatFormat(template: template, specialTokens: named)
    } catch {
      throw TemplateError(
        error.kind, "file '\(file.path)', 'tokenizer.chat_template': \(error.message)", line: error.line)
    }
  }
}

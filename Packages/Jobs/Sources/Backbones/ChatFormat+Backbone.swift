import Basics
public import Chat
import Foundation
import Templating
import Weights

extension ChatFormat {
  /// The chat format of a backbone: the template in its folder or GGUF file. Without one, and with one that cannot be read,
  /// writing a conversation fails and names the file; what needs no conversation goes on.
  ///
  /// - Parameter path: A folder, a GGUF file, or a file of weights in its folder.
  /// - Throws: `WeightsError` for a GGUF file.
  public static func ofBackbone(at path: String) throws -> ChatFormat {
    do {
      if let path = VocabularyPath(path).gguf { return try inGGUF(GGUFFile(path: path)) }
      return try ChatFormat(folder: VocabularyPath(path).folder)
    } catch let error as TemplateError { return .failing(error) }
  }

  private static func inGGUF(_ file: GGUFFile) throws -> ChatFormat {
    let key = "tokenizer.chat_template"
    guard let template = file.values[key]?.text else { return .missing(from: file.path, .key(key)) }
    let tokens = try file.values["tokenizer.ggml.tokens"]?.array?.texts() ?? []
    var named: [String: String] = [:]
    for (name, key) in [("bos", "bos"), ("eos", "eos"), ("unk", "unknown"), ("pad", "padding")] {
      let id = file.values["tokenizer.ggml.\(key)_token_id"]?.integer ?? -1
      if tokens.indices.contains(id) { named["\(name)_token"] = tokens[id] }
    }
    do {
      return try ChatFormat(template: template, specialTokens: named).located(in: file.path, at: key)
    } catch { throw error.located(in: file.path, at: key) }
  }
}

/// Where a backbone's texts are: its GGUF file, or the folder with its tokenizer.
struct VocabularyPath {
  let folder: String
  /// The path itself, or the GGUF file, or first part, of a folder that has one model and no tokenizer beside it.
  let gguf: String?

  init(_ path: String) {
    folder = isFolder(path) ? path : parentFolder(of: path)
    if path.lowercased().hasSuffix(".gguf") {
      gguf = path
    } else {
      let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      let vocabularies = files.filter { $0.lowercased().hasSuffix(".gguf") }
      let hasOwn = files.contains("tokenizer.json") || files.contains("tokenizer_config.json")
      gguf = hasOwn ? nil : GGUFParts.only(of: vocabularies).map { [folder] in "\(folder)/\($0)" }
    }
  }
}

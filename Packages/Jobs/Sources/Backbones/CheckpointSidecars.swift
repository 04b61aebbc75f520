import Checkpoints
import Foundation
import Jobs
package import TensorCore

/// The small files of a backbone's folder as a checkpoint holds them: `/state/files/<name>`, a byte an element, and in
/// `/state/files/names.json` what each parameter is called in the folder's weights.
package struct CheckpointSidecars {
  private static let group = "files/"
  private static let namesFile = "names.json"
  /// Everything beside the weights that `transformers` or we read.
  private static let kept = [
    "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json",
    "special_tokens_map.json", "chat_template.jinja", "chat_template.json", "vocab.json", "merges.txt",
    "tokenizer.model", "added_tokens.json",
  ]

  /// By name.
  let files: [String: Data]
  /// By path of the parameter.
  let names: [String: String]

  /// The files in a folder.
  package init(folder: String, names: [String: String]) {
    self.names = names
    files = Self.kept.reduce(into: [:]) { files, name in
      files[name] = FileManager.default.contents(atPath: "\(folder)/\(name)")
    }
  }

  /// Those of a checkpoint.
  ///
  /// - Throws: ``JobError`` for a checkpoint that has none.
  init(_ checkpoint: Checkpoint) throws {
    var files: [String: Data] = [:]
    // Only names that are known become names of files: a checkpoint may come from anyone.
    let held = Set(checkpoint.names(in: .state))
    for name in Self.kept + [Self.namesFile] where held.contains(Self.group + name) {
      let tensor = try checkpoint.tensor(named: Self.group + name, in: .state)
      files[name] = tensor.withBytes { bytes in
        Data((0..<bytes.byteCount).map { bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) })
      }
    }
    guard let names = files.removeValue(forKey: Self.namesFile), files["config.json"] != nil,
      let decoded = try? JSONDecoder().decode([String: String].self, from: names)
    else {
      throw JobError(.malformedFile(path: checkpoint.path, .noBackbone(missing: "/state/files/config.json")))
    }
    self.files = files
    self.names = decoded
  }

  /// Whether a checkpoint has them.
  static func areIn(_ checkpoint: Checkpoint) -> Bool {
    checkpoint.names(in: .state).contains(group + namesFile)
  }

  package var tensors: [String: Tensor] {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let all = files.merging([Self.namesFile: try encoder.encode(names)]) { own, _ in own }
      return all.reduce(into: [:]) { tensors, file in
        tensors[Self.group + file.key] = Tensor(shape: [file.value.count], elementType: .uint8) { bytes in
          for (index, byte) in file.value.enumerated() {
            bytes.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
          }
        }
      }
    }
  }
}

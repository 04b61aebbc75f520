public import Checkpoints
import Foundation
import Jobs
import TensorCore
import Weights

/// A checkpoint of a trained backbone as the folder that it came from: weights under their old names, the same settings
/// but for the type of the weights, the same tokenizer.
public struct BackboneExport {
  private let checkpoint: Checkpoint
  private let sidecars: CheckpointSidecars

  /// - Throws: ``JobError`` for a checkpoint that holds no backbone.
  public init(_ checkpoint: Checkpoint) throws {
    self.checkpoint = checkpoint
    sidecars = try CheckpointSidecars(checkpoint)
  }

  /// Whether a checkpoint is one of a backbone.
  public static func fits(_ checkpoint: Checkpoint) -> Bool { CheckpointSidecars.areIn(checkpoint) }

  /// Writes the folder, which appears complete or not at all.
  ///
  /// - Throws: ``JobError`` where something is there already or cannot be written; what reading a damaged checkpoint throws.
  public func write(to folder: String) throws {
    try ExportFolder.write(to: folder) { partial in
      for (name, contents) in sidecars.files.sorted(by: { $0.key < $1.key }) {
        let bytes = name == "config.json" ? try configuration(contents) : contents
        try bytes.write(to: URL(fileURLWithPath: "\(partial)/\(name)"))
      }
      let parts = try checkpoint.names.map { path in
        guard let name = sidecars.names[path] else {
          throw JobError(.malformedFile(path: checkpoint.path, .unnamed(parameter: path)))
        }
        try checkpoint.requireFloatingPoint(path)
        let (shape, type) = (try checkpoint.shape(of: path), try checkpoint.elementType(of: path))
        return SafetensorsFile.Part(name, shape: shape, elementType: type) {
          try checkpoint.tensor(named: path)
        }
      }
      try SafetensorsFile.write(parts, metadata: ["format": "pt"], to: "\(partial)/model.safetensors")
    }
  }

  /// The settings, with the type that the weights have now.
  private func configuration(_ contents: Data) throws -> Data {
    guard var object = try? JSONSerialization.jsonObject(with: contents) as? [String: Any] else {
      throw JobError(.malformedFile(path: checkpoint.path, .noObject(file: "config.json")))
    }
    let type = try checkpoint.names.first.map { try checkpoint.elementType(of: $0).rawValue } ?? "float32"
    for key in ["torch_dtype", "dtype"] where object[key] != nil { object[key] = type }
    return try JSONSerialization.data(
      withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
  }
}

import Foundation
import Models
import TensorCore
import Testing

/// A small random model as llama.cpp's own converter wrote it; made by `Tools/make-references/converted.py`.
private struct ConvertedModel: Sendable, CustomTestStringConvertible {
  /// The folder of the tests that holds the model it was made of, and the model's name: `Hybrids/mamba`.
  let name: String
  /// Without ending: the file is there as `gguf`, the settings of its model as `json`.
  let path: String
  var testDescription: String { name }

  /// Those of the folder that `ASSAY_CONVERTED` names, or those that are committed.
  static let all: [ConvertedModel] = {
    let named = ProcessInfo.processInfo.environment["ASSAY_CONVERTED"].map { URL(fileURLWithPath: $0) }
    let root = named ?? Bundle.module.url(forResource: "Converted", withExtension: nil)!
    func names(_ folder: URL) -> [String] {
      (try? FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()) ?? []
    }
    return names(root).flatMap { kind in
      names(root.appending(path: kind)).filter { $0.hasSuffix(".gguf") }.map {
        let name = "\(kind)/\($0.dropLast(5))"
        return ConvertedModel(name: name, path: root.appending(path: name).path)
      }
    }
  }()

  /// Opens the folder that the file was made of, which is right as other tests find, under the settings that the file holds.
  func original() throws -> Backbone {
    let source = try #require(Bundle.module.url(forResource: name, withExtension: nil))
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for file in try FileManager.default.contentsOfDirectory(at: source, includingPropertiesForKeys: nil)
    where file.lastPathComponent.hasPrefix("model") && file.pathExtension != "gguf" {
      try FileManager.default.createSymbolicLink(
        at: folder.appending(path: file.lastPathComponent), withDestinationURL: file)
    }
    try FileManager.default.copyItem(
      atPath: path + ".json", toPath: folder.appending(path: "config.json").path)
    return try Backbone(path: folder.path, types: float32Types)
  }
}

/// Bounds are those of the recurrent models: a file and its folder differ in roundings of weights that the converter changes.
@Suite("Files of llama.cpp's converter")
struct ConvertedTests {
  @Test("A file of llama.cpp's converter is the model of its folder", arguments: ConvertedModel.all)
  private func models(of converted: ConvertedModel) throws {
    let (original, file) = (
      try converted.original(), try Backbone(path: converted.path + ".gguf", types: float32Types)
    )
    let ids = (0..<min(original.blockSize, file.blockSize, 139)).map { Int32($0 * $0 % 39) }
    let (expected, found) = (try logProbabilities(original, ids), try logProbabilities(file, ids))
    let distance = zip(expected, found).map { abs($0 - $1) }.max() ?? .infinity
    print("converted \(converted.name): \(distance)")
    #expect(distance <= 2e-4 && found.count == expected.count, "\(converted.name): \(distance)")
  }

  /// Of all ids at each position.
  private func logProbabilities(_ model: Backbone, _ ids: [Int32]) throws -> [Double] {
    let (logits, width) = (try model.logits(ids, passes: [ids.count]).floats, model.vocabularySize)
    return stride(from: 0, to: logits.count, by: width).flatMap { start in
      let row = logits[start..<start + width].map(Double.init)
      let sum = log(row.reduce(0) { $0 + exp($1) })
      return row.map { $0 - sum }
    }
  }
}

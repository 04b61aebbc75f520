import Basics
import Foundation

/// Opens weights by what they are: a folder, `.safetensors`, its index, `.gguf` (any part of several) or `.npz`.
///
/// - Throws: ``WeightsError`` naming what is wrong; for a pickle, which is never opened, with the way to convert it.
public func openWeights(_ path: String) throws(WeightsError) -> any WeightsFile {
  guard FileManager.default.fileExists(atPath: path) else { throw WeightsError(.missing, path: path) }
  if isFolder(path) { return try openFolder(path) }
  let name = (path as NSString).lastPathComponent.lowercased()
  if name.hasSuffix(".safetensors.index.json") { return try ShardedSafetensors(index: path) }
  switch (name as NSString).pathExtension {
  case "safetensors": return try SafetensorsFile(path: path)
  case "gguf": return try GGUFFile(path: path)
  case "npz": return try NPZFile(path: path)
  case let ending where pickleEndings.contains(ending): throw WeightsError(.pickle(isOnly: false), path: path)
  default:
    throw WeightsError(.unknownEnding, path: path)
  }
}

private let pickleEndings: Set<String> = ["bin", "pt", "pth", "pkl", "pickle", "ckpt"]

private func openFolder(_ folder: String) throws(WeightsError) -> any WeightsFile {
  let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  func path(_ name: String) -> String { (folder as NSString).appendingPathComponent(name) }
  if files.contains("model.safetensors") { return try SafetensorsFile(path: path("model.safetensors")) }
  if files.contains("model.safetensors.index.json") {
    return try ShardedSafetensors(index: path("model.safetensors.index.json"))
  }
  let weights = files.filter { ["safetensors", "gguf", "npz"].contains(($0 as NSString).pathExtension) }
  let candidates = weights.filter { !$0.hasPrefix("adapter_model") }
  if let only = GGUFParts.only(of: candidates) { return try openWeights(path(only)) }
  if candidates.count > 1 {
    throw WeightsError(.severalWeights(candidates), path: folder)
  }
  if files.contains("adapter_config.json") || weights.count > candidates.count {
    throw adapterRefused(folder)
  }
  if let pickle = files.first(where: { pickleEndings.contains(($0 as NSString).pathExtension) }) {
    throw WeightsError(.pickle(isOnly: true), path: path(pickle))
  }
  throw WeightsError(.noWeights, path: folder)
}

private func adapterRefused(_ folder: String) -> WeightsError {
  let file = (folder as NSString).appendingPathComponent("adapter_config.json")
  let settings = FileManager.default.contents(atPath: file).flatMap { try? JSONValue(Array($0)).object }
  return WeightsError(.adapter(base: settings?["base_model_name_or_path"]?.text), path: folder)
}

import Foundation

/// Opens weights by what they are: a folder, `.safetensors`, its index, `.gguf` or `.npz`.
///
/// - Throws: ``WeightsError`` naming what is wrong; for a pickle, which is never opened, with the way to convert it.
public func openWeights(_ path: String) throws(WeightsError) -> any WeightsFile {
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
    throw WeightsError(path, "no such file or folder")
  }
  if isFolder.boolValue { return try openFolder(path) }
  let name = (path as NSString).lastPathComponent.lowercased()
  if name.hasSuffix(".safetensors.index.json") { return try ShardedSafetensors(index: path) }
  switch (name as NSString).pathExtension {
  case "safetensors": return try SafetensorsFile(path: path)
  case "gguf": return try GGUFFile(path: path)
  case "npz": return try NPZFile(path: path)
  case let ending where pickleEndings.contains(ending): throw pickleRefused(path)
  default:
    throw WeightsError(path, "weights end in .safetensors, .safetensors.index.json, .gguf or .npz")
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
  let candidates = files.filter { ["safetensors", "gguf", "npz"].contains(($0 as NSString).pathExtension) }
  if candidates.count == 1 { return try openWeights(path(candidates[0])) }
  if candidates.count > 1 {
    let list = candidates.map { "'\($0)'" }.joined(separator: ", ")
    throw WeightsError(folder, "which weights? the folder has \(list) and no 'model.safetensors.index.json'")
  }
  if let pickle = files.first(where: { pickleEndings.contains(($0 as NSString).pathExtension) }) {
    throw pickleRefused(path(pickle))
  }
  throw WeightsError(folder, "no weights: expected 'model.safetensors', its index, a .gguf or a .npz")
}

private func pickleRefused(_ path: String) -> WeightsError {
  WeightsError(
    path,
    "a pickle can run code when it is opened, so it is refused; convert it where you trust it: "
      + "AutoModelForCausalLM.from_pretrained(FOLDER).save_pretrained(NEW_FOLDER) writes safetensors")
}

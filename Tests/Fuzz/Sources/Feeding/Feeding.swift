import Documents
import Foundation
import Models
import Sharding
import Tasks
import TensorCore
import Tokenization
import Weights

// Foundation 6.3 loses its buffer when it reads an empty file, which the leak sanitizer would report: none is fed.

/// Opens `bytes` as a file of weights and reads all of it, of a GGUF file also the model and the vocabulary. What is refused
/// is fine; what traps is not.
public func feed(weights bytes: UnsafePointer<UInt8>, _ count: Int, ending: String) -> CInt {
  let path = file(bytes, count, ending)
  guard let weights = try? openWeights(path) else { return 0 }
  precondition(weights.metadata.count >= 0)
  for name in weights.names {
    precondition(weights.shape(of: name) != nil && weights.elementType(of: name) != nil)
    guard let tensor = try? weights.tensor(named: name) else { continue }
    precondition(tensor.shape == weights.shape(of: name))
    if tensor.elementType.isFloatingPoint { precondition(tensor.floats.count == tensor.count) }
  }
  if let file = weights as? GGUFFile {
    for value in file.values.values {
      _ = try? value.array?.texts()
      _ = try? value.array?.integers()
    }
    use(try? Tokenizers.forBackbone(at: path))
    _ = try? Backbone(path: path)
  }
  return 0
}

/// Opens `bytes` as a `tokenizer.json` and takes some texts to ids and back.
public func feed(tokenizer bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  use(try? Tokenizers.forBackbone(at: file(bytes, count, "json")))
  return 0
}

/// Reads `bytes` as a file of documents.
public func feed(documents bytes: UnsafePointer<UInt8>, _ count: Int, ending: String) -> CInt {
  guard count > 0 else { return 0 }
  _ = try? DocumentFile.read(file(bytes, count, ending))
  return 0
}

/// Looks for faults in `bytes` as a task file.
public func feed(task bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  _ = try? TaskLint.findings(in: file(bytes, count, "yaml"))
  return 0
}

/// Reads `bytes` as the `config.json` of a backbone, and surveys the model that it describes.
public func feed(configuration bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  let folder = "/dev/shm/assay-fuzz-\(ProcessInfo.processInfo.processIdentifier)"
  mkdir(folder, 0o755)
  oneWeight.withUnsafeBufferPointer { write($0.baseAddress!, $0.count, to: folder + "/model.safetensors") }
  write(bytes, count, to: folder + "/config.json")
  guard let files = try? BackboneFiles(folder) else { return 0 }
  _ = try? files.survey(mesh: .solo)
  return 0
}

/// A safetensors file of one embedding.
private let oneWeight: [UInt8] = {
  var header = #"{"model.embed_tokens.weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}"#
  header += String(repeating: " ", count: -header.utf8.count & 7)
  return withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + Array(header.utf8)
    + [0, 0, 0, 0]
}()

private let texts = [
  "", " The naïve  fox's <s> 3.14\n\n\tkey ▁▁", "한국어 e\u{301}\u{345}\u{316} 🦙\0\u{10FFFF}<mask> a b",
]

private func use(_ tokenizer: (any Tokenizer)?) {
  guard let tokenizer else { return }
  for text in texts {
    for ids in [try? tokenizer.encode(text), try? tokenizer.encodeOrdinary(text)] {
      guard let ids else { continue }
      precondition(ids.allSatisfy { $0 >= 0 && $0 < tokenizer.vocabularySize })
      _ = try? tokenizer.decode(ids)
    }
  }
  _ = try? tokenizer.decode([0, 1, tokenizer.eotToken, tokenizer.bosToken ?? 0])
}

/// Writes the file that is opened; the next input takes its place.
private func file(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ ending: String) -> String {
  let path = "/dev/shm/assay-fuzz-\(ProcessInfo.processInfo.processIdentifier).\(ending)"
  write(bytes, count, to: path)
  return path
}

private func write(_ bytes: UnsafePointer<UInt8>, _ count: Int, to path: String) {
  guard let file = fopen(path, "w") else { preconditionFailure("cannot write '\(path)'") }
  fwrite(bytes, 1, count, file)
  fclose(file)
}

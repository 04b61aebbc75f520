import Basics
import Foundation
public import TensorCore

/// Several safetensors files that an index makes one: `model.safetensors.index.json`.
public struct ShardedSafetensors: WeightsFile {
  public let path: String
  public let names: [String]
  public let metadata: [String: String]
  private let shards: [String: SafetensorsFile]
  private let shardOf: [String: String]

  /// Opens the index and every file that it names, all in its folder.
  ///
  /// - Throws: ``WeightsError`` if a shard is missing or faulty, or index and shards disagree about a tensor.
  public init(index: String) throws(WeightsError) {
    let file = try MappedFile(weights: index)
    guard file.byteCount <= SafetensorsFile.longestHeader else {
      throw WeightsError(
        .violation(
          .value(
            "length of the index", expected: "at most \(SafetensorsFile.longestHeader) bytes",
            found: "\(file.byteCount)")), path: index)
    }
    let root: JSONValue
    do {
      root = try JSONValue(file.withBytes { $0.array(0..<file.byteCount) })
    } catch {
      throw WeightsError(.noJSON(error), path: index)
    }
    guard let map = root.object?["weight_map"]?.object else {
      throw WeightsError(.violation(.missing("object 'weight_map'")), path: index)
    }
    var shardOf: [String: String] = [:]
    for name in map.names {
      guard let shard = map[name]?.text, !shard.isEmpty, !shard.contains("/"), shard != "..", shard != "."
      else {
        throw WeightsError(
          .value(key: name, expected: "the name of a file beside the index", found: "\(map[name] ?? .null)"),
          path: index)
      }
      shardOf[name] = shard
    }
    let folder = parentFolder(of: index)
    var shards: [String: SafetensorsFile] = [:]
    for shard in Set(shardOf.values).sorted() {
      shards[shard] = try SafetensorsFile(path: (folder as NSString).appendingPathComponent(shard))
    }
    for name in map.names {
      guard let shard = shardOf[name], shards[shard]?.shape(of: name) != nil else {
        throw WeightsError(
          .index(tensor: name, file: shardOf[name] ?? "", isListed: true), path: index)
      }
    }
    for (shard, file) in shards {
      if let name = file.names.first(where: { shardOf[$0] != shard }) {
        throw WeightsError(.index(tensor: name, file: shard, isListed: false), path: index)
      }
    }
    path = index
    names = map.names
    metadata = shards.sorted { $0.key < $1.key }.first?.value.metadata ?? [:]
    self.shards = shards
    self.shardOf = shardOf
  }

  public func shape(of name: String) -> [Int]? { shard(of: name)?.shape(of: name) }
  public func elementType(of name: String) -> String? { shard(of: name)?.elementType(of: name) }

  public func tensor(named name: String) throws(WeightsError) -> Tensor {
    guard let shard = shard(of: name) else { throw unknown(name) }
    return try shard.tensor(named: name)
  }

  public func file(of name: String) -> String { shard(of: name)?.path ?? path }
  public var files: [String] { [path] + shards.values.map(\.path).sorted() }

  private func shard(of name: String) -> SafetensorsFile? { shardOf[name].flatMap { shards[$0] } }
}

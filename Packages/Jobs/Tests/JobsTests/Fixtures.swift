import Configurate
import Foundation
import Jobs
import Models
import TensorCore

@testable import Checkpoints

/// Numbers made by running the original system; they lie beside the repository, and tests are skipped without them.
enum Fixtures {
  static let reason = "needs the folder 'shared/fixtures' beside the repository (or ASSAY_SHARED)"

  static let folder: String? = {
    let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "../../../..")
    let shared =
      ProcessInfo.processInfo.environment["ASSAY_SHARED"]
      ?? repository.appendingPathComponent("../shared").path
    let folder = URL(fileURLWithPath: shared).appendingPathComponent("fixtures").standardized.path
    return FileManager.default.fileExists(atPath: folder) ? folder : nil
  }()
  static var exist: Bool { folder != nil }

  static func json(_ name: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder! + "/\(name).json"))
    return try JSONSerialization.jsonObject(with: data) as! [String: Any]
  }
}

/// One HDF5 file of the fixtures.
struct FixtureFile {
  let settings: GPT.Configuration
  private let contents: CheckpointContents
  private let datasets: [String: HDF5Dataset]

  /// - Parameter mode: Replaces the file's own activation type.
  init(_ name: String, mode: ComputeMode? = nil) throws {
    let path = Fixtures.folder! + "/\(name).h5"
    contents = try .mapping(path)
    let reader = HDF5Reader(contents)
    let root = try reader.objectHeader(at: Superblock(contents, path: path).root)
    let all = try HDF5Catalog.datasets(below: root, in: nil, reader)
    datasets = Dictionary(uniqueKeysWithValues: all.map { ($0.path, $0) })
    let text = try String(contentsOfFile: Fixtures.folder! + "/\(name).json", encoding: .utf8)
    var tree = try SettingsTree(yaml: text, name: name)["config_json"]!
    if let mode { tree["architecture/dtype/activation"] = SettingsTree(.text(mode.rawValue)) }
    settings = try withConfiguration(tree) { try configure(GPT.Configuration.self) }
  }

  func tensor(_ path: String) throws -> Tensor {
    let dataset = datasets[path]!
    return try contents.read(dataset, element: dataset.element!)
  }

  func floats(_ path: String) throws -> [Float] { try tensor(path).floats }

  /// Ids `[…, B, T]`, of which the `index`-th `[B, T]`.
  func batch(_ path: String, index: Int = 0) throws -> TokenBatch {
    let shape = Array(datasets[path]!.shape.suffix(2))
    let count = shape[0] * shape[1]
    let flat = try tensor(path).withBytes { bytes in
      (index * count..<(index + 1) * count).map { bytes.unsafeLoad(fromByteOffset: $0 * 4, as: Int32.self) }
    }
    return TokenBatch(rows(flat, shape))
  }

  /// A mask `[…, B, T]`, of which the `index`-th `[B, T]`.
  func mask(_ path: String, index: Int = 0) throws -> PaddingMask {
    let shape = Array(datasets[path]!.shape.suffix(2))
    let count = shape[0] * shape[1]
    let flat = try tensor(path).withBytes { bytes in
      (index * count..<(index + 1) * count).map { bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) != 0 }
    }
    return PaddingMask(rows(flat, shape))
  }

  private func rows<Element>(_ flat: [Element], _ shape: [Int]) -> [[Element]] {
    (0..<shape[0]).map { Array(flat[$0 * shape[1]..<($0 + 1) * shape[1]]) }
  }

  var parameters: [String: Tensor] { get throws { try parameters(in: "params") } }

  func parameters(in group: String) throws -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for path in datasets.keys where path.hasPrefix(group + "/") {
      result[String(path.dropFirst(group.count + 1))] = try tensor(path)
    }
    return result
  }

  func model() throws -> GPT {
    let reader = ParameterReader(MemorySource(try parameters), rules: GPT.sharding)
    let model = try GPT(settings, parameters: reader)
    try reader.finish()
    return model
  }
}

/// The largest distance between two elements.
func worst(_ a: [Float], _ b: [Float]) -> Float {
  a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
}

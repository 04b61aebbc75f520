import Checkpoints
import Configurate
import Foundation
import Jobs
package import Models
package import TensorCore

/// Numbers made by running the original system; they lie beside the repository, and tests are skipped without them.
package enum Fixtures {
  package static let reason = "needs the folder 'shared/fixtures' beside the repository (or ASSAY_SHARED)"

  package static let folder: String? = {
    let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "../../../..")
    let shared =
      ProcessInfo.processInfo.environment["ASSAY_SHARED"]
      ?? repository.appendingPathComponent("../shared").path
    let folder = URL(fileURLWithPath: shared).appendingPathComponent("fixtures").standardized.path
    return FileManager.default.fileExists(atPath: folder) ? folder : nil
  }()
  package static var exist: Bool { folder != nil }

  package static func json(_ name: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder! + "/\(name).json"))
    return try JSONSerialization.jsonObject(with: data) as! [String: Any]
  }
}

/// One HDF5 file of the fixtures.
package struct FixtureFile {
  package let settings: GPT.Configuration
  private let file: HDF5File

  /// - Parameter mode: Replaces the file's own activation type.
  package init(_ name: String, mode: ComputeMode? = nil) throws {
    let path = Fixtures.folder! + "/\(name).h5"
    file = try HDF5File(path: path)
    let text = try String(contentsOfFile: Fixtures.folder! + "/\(name).json", encoding: .utf8)
    var tree = try SettingsTree(yaml: text, name: name)["config_json"]!
    if let mode { tree["architecture/dtype/activation"] = SettingsTree(.text(mode.rawValue)) }
    settings = try withConfiguration(tree) { try configure(GPT.Configuration.self) }
  }

  package func tensor(_ path: String) throws -> Tensor {
    try file.tensor(path)
  }

  package func floats(_ path: String) throws -> [Float] { try tensor(path).floats }

  /// Ids `[…, B, T]`, of which the `index`-th `[B, T]`.
  package func batch(_ path: String, index: Int = 0) throws -> TokenBatch {
    let tensor = try tensor(path)
    let shape = Array(tensor.shape.suffix(2))
    let count = shape[0] * shape[1]
    let flat = tensor.withBytes { bytes in
      (index * count..<(index + 1) * count).map { bytes.unsafeLoad(fromByteOffset: $0 * 4, as: Int32.self) }
    }
    return TokenBatch(rows(flat, shape))
  }

  /// A mask `[…, B, T]`, of which the `index`-th `[B, T]`.
  package func mask(_ path: String, index: Int = 0) throws -> PaddingMask {
    let tensor = try tensor(path)
    let shape = Array(tensor.shape.suffix(2))
    let count = shape[0] * shape[1]
    let flat = tensor.withBytes { bytes in
      (index * count..<(index + 1) * count).map { bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) != 0 }
    }
    return PaddingMask(rows(flat, shape))
  }

  private func rows<Element>(_ flat: [Element], _ shape: [Int]) -> [[Element]] {
    (0..<shape[0]).map { Array(flat[$0 * shape[1]..<($0 + 1) * shape[1]]) }
  }

  package var parameters: [String: Tensor] { get throws { try parameters(in: "params") } }

  package func parameters(in group: String) throws -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for path in file.names where path.hasPrefix(group + "/") {
      result[String(path.dropFirst(group.count + 1))] = try tensor(path)
    }
    return result
  }

  package func model() throws -> GPT {
    let reader = ParameterReader(MemorySource(try parameters), rules: GPT.sharding)
    let model = try GPT(settings, parameters: reader)
    try reader.finish()
    return model
  }
}

/// The largest distance between two elements.
package func worst(_ a: [Float], _ b: [Float]) -> Float {
  a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
}

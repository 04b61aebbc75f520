import Foundation
import Sharding
import TensorCore
import Testing
import Weights

@testable import Models

@Suite("Slices of weights")
struct SlicedReadingTests {
  private static let smollm2: String = {
    let environment = ProcessInfo.processInfo.environment
    let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "") + "/.cache"
    return (environment["ASSAY_MODELS"] ?? cache + "/assay/models") + "/smollm2-135m.gguf"
  }()

  /// Rows, several ranges of them, columns that cross blocks, and both; of one axis, the same ranges of its elements.
  private func expectSlices(of weights: any WeightsFile, _ name: String) throws {
    let whole = try weights.tensor(named: name)
    guard (1...2).contains(whole.shape.count) else { return }
    let (rows, columns) = (whole.shape[0], whole.shape.count == 2 ? whole.shape[1] : 8)
    for all in [
      [[0..<rows / 3], [0..<columns]], [[1..<2, rows / 2..<rows]], [[0..<rows], [columns / 3..<columns / 2]],
      [[0..<1, 2..<rows - 1], [1..<3, columns - 5..<columns]], [[0..<rows], [0..<columns]],
    ].map({ $0.count == 1 ? $0 + [[0..<columns]] : $0 }) {
      let slice = TensorSlice(of: whole.shape, ranges: Array(all.prefix(whole.shape.count)))
      let found = try weights.tensor(named: name, slice: slice)
      #expect(found.shape == slice.shape)
      #expect(found.floats.map(\.bitPattern) == whole[slice].floats.map(\.bitPattern), "\(name) \(slice)")
    }
  }

  @Test("Slices of safetensors are those of the whole tensor")
  func safetensors() throws {
    let weights = try openWeights(Reference.folder.appending(path: "llama").path)
    for name in weights.names { try expectSlices(of: weights, name) }
  }

  @Test(
    "Slices of quantised blocks are those of the whole tensor",
    .enabled(if: FileManager.default.fileExists(atPath: smollm2), "needs Tools/fetch-model smollm2-135m"))
  func quantised() throws {
    let weights = try openWeights(Self.smollm2)
    let layers = weights.names.filter { $0.hasPrefix("blk.3.") }
    #expect(layers.contains { weights.elementType(of: $0).flatMap(BlockFormat.init(rawValue:)) != nil })
    for name in layers { try expectSlices(of: weights, name) }
  }
}

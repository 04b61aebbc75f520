import Sharding
import TensorCore
import Testing
import Weights

@testable import Models

/// The quantised weights of experts, which lie behind each other in one tensor.
@Suite("Blocks of experts")
struct ExpertBlocksTests {
  /// One tensor `[4, 3, 64]` in Q8_0.
  private struct File: WeightsFile {
    static let shape = [4, 3, 64]
    let path = "experts.gguf"
    let names = ["experts"]
    let metadata: [String: String] = [:]
    private let matrix: BlockMatrix

    init() {
      // A scale of 1 in float16, then 32 codes.
      let blocks = (0..<24).flatMap { (block: Int) -> [UInt8] in
        let codes = (0..<32).map { (index: Int) in UInt8(truncatingIfNeeded: 7 * block + 3 * index - 60) }
        return [0x00, 0x3C] + codes
      }
      matrix = BlockMatrix(format: .q80, shape: [12, 64], copying: blocks)
    }

    func shape(of name: String) -> [Int]? { Self.shape }
    func elementType(of name: String) -> String? { "Q8_0" }
    func tensor(named name: String) -> Tensor { matrix.tensor.reshaped(Self.shape) }
    func blocks(named name: String) -> BlockMatrix? { matrix }
  }

  private struct Source: ParameterSource {
    let file = File()
    let names = ["w"]

    func shape(of name: String) -> [Int]? { File.shape }
    func tensor(_ name: String, slice: TensorSlice) -> Tensor { file.tensor(named: name)[slice] }
    func blocks(_ name: String, slice: TensorSlice) throws -> BlockMatrix? {
      try file.blocks(named: name, slice: slice)
    }
  }

  @Test("Quantised experts stay in their blocks, a matrix for each expert of a rank")
  func matrices() throws {
    let whole = File().tensor(named: "experts")
    for (shards, rank) in [(1, 0), (2, 0), (2, 1), (4, 3)] {
      let reader = ParameterReader(
        Source(), rules: [(.experts, .shard)], mesh: Mesh(batch: 1, shard: shards), rank: rank,
        isTrainable: false)
      let axes = [ParameterAxis(.experts, 4), ParameterAxis(nil, 3), ParameterAxis(nil, 64)]
      let matrices = reader.matrices("w", axes, initializer: .zeros)
      try reader.finish()
      #expect(matrices.count == 4 / shards)
      for (index, matrix) in matrices.enumerated() {
        let expert = rank * matrices.count + index
        #expect(matrix.blocks?.shape == [3, 64])
        #expect(matrix.tensor.floats == whole.rows(expert..<expert + 1).floats)
      }
    }
  }

  @Test("Quantised experts are decoded where a model asks for one tensor of all")
  func wholeTensor() throws {
    let reader = ParameterReader(Source(), rules: [], isTrainable: false)
    let all = reader.parameter("w", File.shape, initializer: .zeros)
    #expect(all.blocks == nil && all.shape == File.shape)
  }

  @Test("Quantised experts are cut along any axis, unless that would cut a block")
  func slices() throws {
    let file = File()
    let whole = file.tensor(named: "experts")
    let ranges: [[[Range<Int>]]] = [
      [[1..<3], [0..<3], [0..<64]], [[0..<1, 3..<4], [0..<3], [0..<64]], [[0..<4], [1..<2], [32..<64]],
      [[2..<3], [0..<1, 2..<3], [0..<64]],
    ]
    for ranges in ranges {
      let slice = TensorSlice(of: File.shape, ranges: ranges)
      let cut = try file.blocks(named: "experts", slice: slice)
      #expect(cut?.tensor.floats == whole[slice].floats, "\(ranges)")
    }
    let through = TensorSlice(of: File.shape, ranges: [[0..<4], [0..<3], [0..<40]])
    #expect(try file.blocks(named: "experts", slice: through) == nil)
  }
}

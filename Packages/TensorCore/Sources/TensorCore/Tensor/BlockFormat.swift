internal import CKernels

/// How a quantised weight packs neighbouring elements of a row into blocks: the formats of GGUF, and those of an
/// ``IntegerMatrix`` and a ``Float8Matrix``, named by bits and elements.
///
/// - Source: Gerganov and contributors, *ggml*, `ggml-quants.c`.
public enum BlockFormat: String, Sendable, CaseIterable, Codable {
  case q40 = "Q4_0"
  case q41 = "Q4_1"
  case q50 = "Q5_0"
  case q51 = "Q5_1"
  case q80 = "Q8_0"
  case q2K = "Q2_K"
  case q3K = "Q3_K"
  case q4K = "Q4_K"
  case q5K = "Q5_K"
  case q6K = "Q6_K"
  case iq4NL = "IQ4_NL"
  case iq4XS = "IQ4_XS"
  case mxfp4 = "MXFP4"
  case nvfp4 = "NVFP4"
  case tq10 = "TQ1_0"
  case tq20 = "TQ2_0"
  case iq1S = "IQ1_S"
  case iq1M = "IQ1_M"
  case iq2XXS = "IQ2_XXS"
  case iq2XS = "IQ2_XS"
  case iq2S = "IQ2_S"
  case iq3XXS = "IQ3_XXS"
  case iq3S = "IQ3_S"
  case i2x32 = "I2_32"
  case i2x64 = "I2_64"
  case i2x128 = "I2_128"
  case i3x32 = "I3_32"
  case i3x64 = "I3_64"
  case i3x128 = "I3_128"
  case i4x32 = "I4_32"
  case i4x64 = "I4_64"
  case i4x128 = "I4_128"
  case i8x32 = "I8_32"
  case i8x64 = "I8_64"
  case i8x128 = "I8_128"
  case f8x32 = "F8_32"
  case f8x128 = "F8_128"

  /// The formats of GGUF files.
  public static let ggml = allCases.filter { !integers.contains($0) && !$0.isOfFloats }

  /// Those of an ``IntegerMatrix``, the longest blocks first.
  static let integers: [BlockFormat] = [
    .i2x128, .i3x128, .i4x128, .i8x128, .i2x64, .i3x64, .i4x64, .i8x64, .i2x32, .i3x32, .i4x32, .i8x32,
  ]

  /// The format that keeps integers of so many bits, with the longest blocks that make up both a group and a row.
  ///
  /// - Returns: `nil` where blocks would cut through a group, and of other bits than 2, 3, 4 and 8.
  public static func integers(bits: Int, group: Int, width: Int) -> BlockFormat? {
    integers.first { format in
      format.byteCount == 5 + format.elements * bits / 8 && group % format.elements == 0
        && width % format.elements == 0
    }
  }

  /// The format that keeps 8-bit floats whose scales are of tiles so wide, with the longest blocks that make up both a
  /// tile and a row.
  ///
  /// - Returns: `nil` where blocks would cut through a tile.
  public static func floats(tile: Int, width: Int) -> BlockFormat? {
    [.f8x128, .f8x32].first { tile % $0.elements == 0 && width % $0.elements == 0 }
  }

  /// Whether its elements are floats, which products of integers widen to float32.
  public var isOfFloats: Bool { self == .f8x32 || self == .f8x128 }

  /// Elements of one block.
  public var elements: Int { tc_block_elements(code) }

  /// Bytes of one block.
  public var byteCount: Int { tc_block_bytes(code) }

  /// Whether ``PackedMatrix`` keeps matrices of this format in their blocks; others are decoded when they are read.
  public var isKept: Bool { tc_block_has_panels(code) }

  var code: tc_block_format {
    switch self {
    case .q40: TC_Q4_0
    case .q41: TC_Q4_1
    case .q50: TC_Q5_0
    case .q51: TC_Q5_1
    case .q80: TC_Q8_0
    case .q2K: TC_Q2_K
    case .q3K: TC_Q3_K
    case .q4K: TC_Q4_K
    case .q5K: TC_Q5_K
    case .q6K: TC_Q6_K
    case .iq4NL: TC_IQ4_NL
    case .iq4XS: TC_IQ4_XS
    case .mxfp4: TC_MXFP4
    case .nvfp4: TC_NVFP4
    case .tq10: TC_TQ1_0
    case .tq20: TC_TQ2_0
    case .iq1S: TC_IQ1_S
    case .iq1M: TC_IQ1_M
    case .iq2XXS: TC_IQ2_XXS
    case .iq2XS: TC_IQ2_XS
    case .iq2S: TC_IQ2_S
    case .iq3XXS: TC_IQ3_XXS
    case .iq3S: TC_IQ3_S
    case .i2x32: TC_I2_32
    case .i2x64: TC_I2_64
    case .i2x128: TC_I2_128
    case .i3x32: TC_I3_32
    case .i3x64: TC_I3_64
    case .i3x128: TC_I3_128
    case .i4x32: TC_I4_32
    case .i4x64: TC_I4_64
    case .i4x128: TC_I4_128
    case .i8x32: TC_I8_32
    case .i8x64: TC_I8_64
    case .i8x128: TC_I8_128
    case .f8x32: TC_F8_32
    case .f8x128: TC_F8_128
    }
  }

  /// Bytes of a tensor whose shape was read from a file.
  ///
  /// - Parameter path: Names the file in the error.
  /// - Throws: ``TensorFileError`` if a length is negative, the last axis is no whole number of blocks, or the product
  ///   overflows.
  public func byteCount(of shape: [Int], in path: String) throws(TensorFileError) -> Int {
    _ = try ElementType.float32.byteCount(of: shape, in: path)
    let width = shape.last ?? 1
    guard width % elements == 0 else {
      throw TensorFileError(.uneven(shape: shape, format: rawValue, block: elements), path: path)
    }
    return shape.reduce(1, *) / elements * byteCount
  }
}

import Testing

@testable import TensorCore

@Suite("Matrices of 8-bit floats")
struct Float8MatrixTests {
  /// By the definition: sign, four bits of exponent with bias 7, three of fraction; the largest code is NaN.
  private func number(_ code: UInt8) -> Float {
    let (exponent, fraction) = (Int(code >> 3 & 15), Float(code & 7) / 8)
    if code & 0x7F == 0x7F { return .nan }
    let magnitude =
      exponent == 0
      ? fraction * 0x1p-6 : (1 + fraction) * Float(sign: .plus, exponent: exponent - 7, significand: 1)
    return code < 128 ? magnitude : -magnitude
  }

  /// Rows of all codes, then of all but NaN.
  private func codes(_ rows: Int, _ width: Int, withNaN: Bool) -> Tensor {
    Tensor(shape: [rows, width], elementType: .uint8) { span in
      for index in 0..<rows * width {
        let code = UInt8(truncatingIfNeeded: index &* 37 &+ index / 256)
        let own = !withNaN && code & 0x7F == 0x7F ? 0 : code
        span.storeBytes(of: own, toByteOffset: index, as: UInt8.self)
      }
    }
  }

  private func bytes(_ tensor: Tensor) -> [UInt8] {
    tensor.withBytes { b in b.byteOffsets.map { b.unsafeLoad(fromByteOffset: $0, as: UInt8.self) } }
  }

  @Test(
    "Every code of an 8-bit float is decoded as its definition says, in rows and in blocks",
    arguments: [(32, 32), (96, 40), (256, 128)])
  func all(width: Int, tile: Int) {
    let codes = codes(8, width, withNaN: true)
    let tiles = (width + tile - 1) / tile
    let scales = Tensor((0..<3 * tiles).map { 0.013 * Float($0 + 1) }, shape: [3, tiles])
    let matrix = Float8Matrix(codes: codes, scales: scales, tile: (3, tile))
    let (found, own, factors) = (matrix.tensor(rows: 0..<8).floats, bytes(codes), scales.floats)
    for index in 0..<8 * width {
      let expected = factors[index / width / 3 * tiles + index % width / tile] * number(own[index])
      #expect(found[index] == expected || found[index].isNaN && expected.isNaN, "\(index)")
    }
    #expect(
      matrix.tensor(rows: 2..<5).floats.map(\.bitPattern) == found[2 * width..<5 * width].map(\.bitPattern))
    guard let format = BlockFormat.floats(tile: tile, width: width) else {
      #expect(tile == 40)
      return
    }
    #expect(matrix.blocks(format).tensor.floats.map(\.bitPattern) == found.map(\.bitPattern))
    #expect(matrix.blocks(format).firstNonFinite == found.firstIndex { !$0.isFinite })
  }

  @Test(
    "Products with blocks of 8-bit floats have the bits of products with the decoded matrix, for every code",
    arguments: InstructionSet.available)
  func products(set: InstructionSet) {
    let matrix = Float8Matrix(
      codes: codes(70, 256, withNaN: false),
      scales: Tensor([0.5, 0x1p-130], shape: [1, 2]), tile: (128, 128))
    let decoded = PackedMatrix(matrix.tensor(rows: 0..<70), orientation: .outputsByInner, mode: .float32)
    let kept = PackedMatrix([.blocks(matrix.blocks(.f8x128))], isGated: false, mode: .float32)
    for count in [1, 20] {
      let x = Tensor((0..<count * 256).map { Float($0 % 13) - 6 }, shape: [count, 256])
      let (one, other) = (
        kept.product(x, bias: nil, activation: .none, residual: nil, on: set).floats,
        decoded.product(x, bias: nil, activation: .none, residual: nil, on: set).floats
      )
      #expect(one.map(\.bitPattern) == other.map(\.bitPattern))
    }
  }
}

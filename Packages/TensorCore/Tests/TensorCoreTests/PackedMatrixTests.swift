import Foundation
import TensorCore
import Testing

@Suite("Packed products")
struct PackedMatrixTests {
  /// Lengths that straddle pairs, lanes, panels of 64, and the blocks of 2048 units.
  static let shapes: [(rows: Int, outputs: Int, inner: Int)] = [
    (1, 1, 1), (2, 3, 2), (5, 63, 3), (6, 64, 15), (7, 65, 16), (8, 130, 17), (13, 97, 33), (25, 200, 129),
    (3, 70, 2049), (7, 5, 4099),
  ]

  @Test(
    "Packed products keep their error bound against float64", arguments: InstructionSet.available,
    ComputeMode.allCases)
  func agreeWithReference(set: InstructionSet, mode: ComputeMode) {
    for (rows, outputs, inner) in Self.shapes {
      var samples = ProductSamples(seed: rows + outputs + inner)
      let x = samples.tensor([rows, inner])
      let weight = samples.tensor([outputs, inner])
      let packed = PackedMatrix(weight, orientation: .outputsByInner, mode: mode)
      let y = packed.product(x, bias: nil, activation: .none, residual: nil, on: set)
      let operand: ElementType = mode == .bfloat16 ? .bfloat16 : .float32
      let reference = ProductReference.product(x.converted(to: operand), weight.converted(to: operand))
      #expect(y.shape == [rows, outputs])
      for (i, value) in y.floats.enumerated() {
        let bound = ProductReference.bound(inner: inner, magnitude: reference.magnitudes[i])
        #expect(abs(Double(value) - reference.values[i]) <= bound, "\(rows)×\(outputs)×\(inner) at \(i)")
      }
    }
  }

  @Test("Packed products in float32 have the same bits on every instruction set")
  func variantsAgree() {
    for (rows, outputs, inner) in Self.shapes {
      var samples = ProductSamples(seed: inner)
      let x = samples.tensor([rows, inner])
      let packed = PackedMatrix(
        samples.tensor([outputs, inner]), orientation: .outputsByInner, mode: .float32)
      let bias = samples.tensor([outputs])
      let residual = samples.tensor([rows, outputs])
      for activation in Activation.allCases {
        let results = InstructionSet.available.map {
          packed.product(x, bias: bias, activation: activation, residual: residual, on: $0).bits
        }
        #expect(Set(results).count == 1, "\(rows)×\(outputs)×\(inner) \(activation)")
      }
    }
  }

  /// Below 2^-126 operands and sums are subnormal.
  @Test(
    "Packed products in bfloat16 have the same bits on every instruction set, also of subnormal numbers and sums",
    arguments: [1, 0x1p-70, 0x1p-124, 0x1p-130] as [Float])
  func bfloat16VariantsAgree(scale: Float) {
    for (rows, outputs, inner) in Self.shapes {
      var samples = ProductSamples(seed: inner + 1)
      let x = Tensor(samples.tensor([rows, inner]).floats.map { scale * $0 }, shape: [rows, inner])
      let packed = PackedMatrix(
        samples.tensor([outputs, inner]), orientation: .outputsByInner, mode: .bfloat16)
      let results = InstructionSet.available.map {
        packed.product(x, bias: nil, activation: .none, residual: nil, on: $0).bits
      }
      #expect(Set(results).count == 1, "\(rows)×\(outputs)×\(inner)")
    }
  }

  @Test(
    "A packed product gives a row the same bits in any batch of 1 to 300 rows", .serialized,
    arguments: InstructionSet.available.filter { $0 != .scalar }, ComputeMode.allCases)
  func rowsAreIndependent(set: InstructionSet, mode: ComputeMode) {
    let (inner, outputs) = (67, 131)
    var samples = ProductSamples(seed: 7)
    let x = samples.tensor([300, inner])
    let packed = PackedMatrix(samples.tensor([outputs, inner]), orientation: .outputsByInner, mode: mode)
    let all = packed.product(x, bias: nil, activation: .none, residual: nil, on: set).bits
    for rows in 1...300 {
      let some = packed.product(x.rows(0..<rows), bias: nil, activation: .none, residual: nil, on: set).bits
      #expect(some == Array(all[..<(rows * outputs)]), "\(rows) rows")
    }
    let last = packed.product(x.rows(299..<300), bias: nil, activation: .none, residual: nil, on: set).bits
    #expect(last == Array(all[(299 * outputs)...]))
  }

  @Test("A matrix is packed from every source type in either orientation", arguments: ComputeMode.allCases)
  func sourcesAgree(mode: ComputeMode) {
    var samples = ProductSamples(seed: 3)
    let x = samples.tensor([5, 71])
    for type in [ElementType.float32, .bfloat16, .float16] {
      let weight = samples.tensor([100, 71]).converted(to: type)
      let exact = weight.converted(to: .float32)
      let reference = PackedMatrix(exact, orientation: .outputsByInner, mode: mode).multiply(x).bits
      #expect(PackedMatrix(weight, orientation: .outputsByInner, mode: mode).multiply(x).bits == reference)
      let transposed = exact.transposed.converted(to: type)
      #expect(
        PackedMatrix(transposed, orientation: .innerByOutputs, mode: mode).multiply(x).bits == reference)
    }
  }

  @Test("A matrix is packed from a file that does not align it")
  func unalignedSource() throws {
    var samples = ProductSamples(seed: 4)
    let weight = samples.tensor([70, 33])
    let x = samples.tensor([3, 33])
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("packed-\(UUID()).bin")
    defer { try? FileManager.default.removeItem(at: url) }
    let bytes = weight.withBytes { span in span.withUnsafeBytes { Data($0) } }
    try (Data([0]) + bytes).write(to: url)
    let file = try MappedFile(path: url.path)
    let mapped = try Tensor(shape: [70, 33], elementType: .float32, file: file, offset: 1)
    let expected = PackedMatrix(weight, orientation: .outputsByInner, mode: .float32).multiply(x).bits
    #expect(PackedMatrix(mapped, orientation: .outputsByInner, mode: .float32).multiply(x).bits == expected)
  }

  @Test(
    "The product of concatenated weights is the weights' products side by side",
    arguments: ComputeMode.allCases)
  func concatenation(mode: ComputeMode) {
    var samples = ProductSamples(seed: 5)
    let x = samples.tensor([4, 37])
    let weights = [70, 3, 65].map { samples.tensor([$0, 37]) }
    let parts = weights.map { PackedMatrix($0, orientation: .outputsByInner, mode: mode).multiply(x) }
    let expected = (0..<4).flatMap { row in parts.flatMap { $0.rows(row..<row + 1).bits } }
    let joined = PackedMatrix(concatenating: weights, orientation: .outputsByInner, mode: mode)
    #expect(joined.multiply(x).bits == expected)
    let transposed = PackedMatrix(
      concatenating: weights.map(\.transposed), orientation: .innerByOutputs, mode: mode)
    #expect(transposed.multiply(x).bits == expected)
  }

  @Test(
    "A source may be decoded while it is packed",
    arguments: [PackedMatrix.Orientation.outputsByInner, .innerByOutputs])
  func decodedSource(orientation: PackedMatrix.Orientation) {
    var samples = ProductSamples(seed: 6)
    let weight = samples.tensor([70, 66])
    let elements = weight.floats
    let decoded = DecodedWeight(rows: 70, width: 66) { rows, into in
      for (i, row) in rows.enumerated() {
        for column in 0..<66 { into[i * 66 + column] = elements[row * 66 + column] }
      }
    }
    let x = samples.tensor([3, orientation == .outputsByInner ? 66 : 70])
    let expected = PackedMatrix(weight, orientation: orientation, mode: .float32).multiply(x).bits
    #expect(PackedMatrix([decoded], orientation: orientation, mode: .float32).multiply(x).bits == expected)
  }

  @Test(
    "Joined gate and up give the bits of two products", arguments: InstructionSet.available,
    ComputeMode.allCases)
  func gates(set: InstructionSet, mode: ComputeMode) {
    for width in [1, 31, 32, 33, 100] {
      var samples = ProductSamples(seed: width)
      let x = samples.tensor([9, 45])
      let residual = samples.tensor([9, width])
      let gate = samples.tensor([width, 45])
      let up = samples.tensor([width, 45])
      func alone(_ weight: Tensor, _ activation: Activation) -> [Float] {
        PackedMatrix(weight, orientation: .outputsByInner, mode: mode)
          .product(x, bias: nil, activation: activation, residual: nil, on: set).floats
      }
      let pairs = zip(alone(gate, .silu), alone(up, .none))
      let expected = zip(pairs, residual.floats).map { pair, rest in (pair.0 * pair.1 + rest).bitPattern }
      let both = PackedMatrix(gate: gate, up: up, orientation: .outputsByInner, mode: mode)
      #expect(both.product(x, bias: nil, activation: .silu, residual: residual, on: set).bits == expected)
      let transposed = PackedMatrix(
        gate: gate.transposed, up: up.transposed, orientation: .innerByOutputs, mode: mode)
      #expect(transposed.gated(x, adding: residual).bits == both.gated(x, adding: residual).bits)
    }
  }

  @Test("A product of no rows has no rows")
  func empty() {
    let packed = PackedMatrix(Tensor(zeros: [3, 4]), orientation: .outputsByInner, mode: .bfloat16)
    #expect(packed.multiply(Tensor(zeros: [0, 4])).shape == [0, 3])
  }

  @Test("Rows of another width trap")
  func wrongWidth() async {
    await #expect(processExitsWith: .failure) {
      let packed = PackedMatrix(Tensor(zeros: [3, 4]), orientation: .outputsByInner, mode: .float32)
      _ = packed.multiply(Tensor(zeros: [2, 3]))
    }
  }
}

import TensorCore
import Testing

@Suite("TensorCore from outside")
struct LinearTests {
  @Test("A packed weight multiplies rows")
  func multiplies() {
    let weight = Tensor([1.0, 2, 3, 4, 5, 6], shape: [2, 3])
    let packed = PackedMatrix(weight, orientation: .innerByOutputs, mode: .float32)
    let rows = Tensor([1.0, 10, 0, -1], shape: [2, 2])
    #expect(packed.multiply(rows).shape == [2, 3])
    #expect(packed.multiply(rows).floats == [41, 52, 63, -4, -5, -6])
  }

  @Test("Every instruction set of this machine gives the same bits")
  func sameBits() throws {
    let chosen = InstructionSet.current
    defer { try? InstructionSet.pin(chosen) }
    let rows = Tensor((0..<130).map { Float($0 % 13) / 7 - 1 }, shape: [2, 65])
    let weight = Tensor([Float](repeating: 1.5, count: 65), shape: [65])
    let results = try InstructionSet.available.map { set in
      try InstructionSet.pin(set)
      return rows.rmsNormalized(weight: weight, epsilon: 1e-6).floats
    }
    #expect(Set(results).count == 1)
  }
}

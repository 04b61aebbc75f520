import TensorCore
import Testing

@Suite("Instruction set")
struct InstructionSetTests {
  @Test("always has the scalar kernels, and prefers the fastest")
  func available() throws {
    #expect(InstructionSet.available.first == .scalar)
    #expect(InstructionSet.available == InstructionSet.available.sorted())
    #expect(try InstructionSet.preferred(environment: [:]) == InstructionSet.available.last)
    #expect(InstructionSet.available.contains(.current))
  }

  @Test("is pinned by name", arguments: InstructionSet.available)
  func pinned(set: InstructionSet) throws {
    #expect(try InstructionSet.preferred(environment: ["ASSAY_KERNELS": set.name]) == set)
  }

  @Test("an unknown instruction set is refused by name")
  func unknown() {
    let error = #expect(throws: InstructionSetError.self) {
      try InstructionSet.preferred(environment: ["ASSAY_KERNELS": "avx1024"])
    }
    #expect(error?.kind == .unknown && error?.name == "avx1024")
    #expect(error?.known.first == "scalar")
  }
}

import TensorCore
import Testing

@Suite("Instruction set")
struct InstructionSetTests {
  @Test("The scalar kernels are always available, and the fastest ones are the default")
  func available() throws {
    #expect(InstructionSet.available.first == .scalar)
    #expect(InstructionSet.available == InstructionSet.available.sorted())
    #expect(try InstructionSet.preferred(environment: [:]) == InstructionSet.available.last)
    #expect(InstructionSet.available.contains(.current))
  }

  @Test("A name selects an instruction set", arguments: InstructionSet.available)
  func pinned(set: InstructionSet) throws {
    #expect(try InstructionSet.preferred(environment: ["ASSAY_KERNELS": set.name]) == set)
  }

  @Test("The name of no instruction set is refused")
  func unknown() {
    let error = #expect(throws: InstructionSetError.self) {
      try InstructionSet.preferred(environment: ["ASSAY_KERNELS": "avx1024"])
    }
    #expect(error?.kind == .unknown && error?.name == "avx1024")
    #expect(error?.known.first == "scalar")
  }
}

import TensorCore
import Testing

@Suite("Parameter")
struct ParameterTests {
  @Test("packs once a form, and anew after an update")
  func packsOnDemand() {
    let parameter = Parameter(Tensor([1.0, 2, 3, 4, 5, 6], shape: [2, 3]))
    let first = parameter.packed(.outputsByInner, mode: .float32)
    #expect(first === parameter.packed(.outputsByInner, mode: .float32))
    #expect(first !== parameter.packed(.outputsByInner, mode: .bfloat16))
    #expect(first.outputs == 2 && parameter.packed(.innerByOutputs, mode: .float32).outputs == 3)
    parameter.update(Tensor([0.0, 0, 0, 0, 0, 1], shape: [2, 3]))
    #expect(parameter.version == 1)
    let second = parameter.packed(.outputsByInner, mode: .float32)
    #expect(second.multiply(Tensor([7.0, 8, 9], shape: [1, 3])).floats == [0, 9])
    #expect(first.multiply(Tensor([7.0, 8, 9], shape: [1, 3])).floats == [50, 122])
  }

  @Test("packs an update where the version before was, if nobody holds that")
  func packsInPlace() {
    let parameter = Parameter(Tensor([1.0, 2, 3, 4, 5, 6], shape: [2, 3]))
    for version in 1...3 {
      parameter.update { $0.scale(by: 2) }
      let products = parameter.packed(.outputsByInner, mode: .float32)
        .multiply(Tensor([1.0, 0, 1], shape: [1, 3])).floats
      #expect(products == [4, 10].map { $0 * Float(1 << version) })
    }
  }

  @Test("keeps its shape")
  func keepsShape() async {
    await #expect(processExitsWith: .failure) {
      Parameter(Tensor(zeros: [2, 3])).update(Tensor(zeros: [3, 2]))
    }
  }
}

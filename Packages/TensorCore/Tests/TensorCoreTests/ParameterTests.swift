import TensorCore
import Testing

@Suite("Parameter")
struct ParameterTests {
  @Test("counts its updates")
  func counts() {
    let parameter = Parameter(Tensor([1.0, 2], shape: [2]))
    #expect(parameter.version == 0)
    parameter.update(Tensor([3.0, 4], shape: [2]))
    parameter.update { $0.scale(by: 2) }
    #expect(parameter.version == 2 && parameter.tensor.floats == [6, 8])
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

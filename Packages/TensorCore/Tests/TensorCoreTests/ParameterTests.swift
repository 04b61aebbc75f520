import TensorCore
import Testing

@Suite("Parameter")
struct ParameterTests {
  @Test("A parameter counts its updates")
  func counts() {
    let parameter = Parameter(Tensor([1.0, 2], shape: [2]))
    #expect(parameter.version == 0)
    parameter.update(Tensor([3.0, 4], shape: [2]))
    parameter.update { $0.scale(by: 2) }
    #expect(parameter.version == 2 && parameter.tensor.floats == [6, 8])
  }

  @Test("An update of another shape traps")
  func keepsShape() async {
    await #expect(processExitsWith: .failure) {
      Parameter(Tensor(zeros: [2, 3])).update(Tensor(zeros: [3, 2]))
    }
  }
}

import TensorCoreTesting
import Testing

@testable import TensorCore

@Suite("Embedding")
struct EmbeddingTests {
  @Test(
    "Gathering copies rows of any floating type",
    arguments: [ElementType.float32, .bfloat16, .float16, .float64])
  func gathers(type: ElementType) {
    var random = SeededGenerator(seed: 2)
    let table = Tensor(random.floats(10 * 19), shape: [10, 19]).converted(to: type)
    let rows = table.gatheringRows([9, 0, 9, 4])
    #expect(rows.shape == [4, 19] && rows.elementType == .float32)
    #expect(rows.rows(2..<3).floats == table.rows(9..<10).floats)
    #expect(rows.rows(3..<4).floats == table.rows(4..<5).floats)
    #expect(table.gatheringRows([]).count == 0)
  }

  @Test("Scattering puts rows among zeros")
  func scatters() {
    let rows = Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])
    #expect(rows.scatteringRows(to: [3, 1], count: 4).floats == [0, 0, 3, 4, 0, 0, 1, 2])
  }

  @Test("An id out of range traps")
  func traps() async {
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [3, 2]).gatheringRows([3]) }
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [3, 2]).gatheringRows([-1]) }
  }
}

import Testing

@testable import TensorCore

@Suite("Machine's peaks", .serialized)
struct MachinePeaksTests {
  @Test(
    "The processor's multiply-adds per second are measured in every mode", arguments: ComputeMode.allCases)
  func multiplyAdds(mode: ComputeMode) {
    let rate = MachinePeaks.multiplyAdds(mode)
    #expect(rate > 1e7 && rate < 1e15)
  }

  @Test("The memory's bandwidth is measured")
  func bandwidth() {
    let rate = MachinePeaks.bandwidth()
    #expect(rate > 1e7 && rate < 1e14)
  }

  @Test("The counters of products count what packed products multiply and read")
  func work() {
    var samples = ProductSamples(seed: 2)
    let x = samples.tensor([5, 64])
    let plain = PackedMatrix(samples.tensor([128, 64]), orientation: .outputsByInner, mode: .float32)
    let gated = PackedMatrix(
      gate: samples.tensor([32, 64]), up: samples.tensor([32, 64]), orientation: .outputsByInner,
      mode: .bfloat16)
    let work = ProductWork.counting {
      _ = plain.multiply(x)
      _ = gated.gated(x)
      _ = plain.score(x, targets: TargetLists(noneFor: 5))
    }
    #expect(work.multiplyAdds == 2 * 5 * 128 * 64 + 5 * 64 * 64)
    #expect(work.weightBytes == 2 * plain.byteCount + gated.byteCount)
    #expect(plain.byteCount == 128 * 64 * 4)
  }
}

import Testing

@testable import Checkpoints

@Suite("Shares of tensors")
struct ShareTests {
  @Test("The shares of tensors are disjoint, complete, and differ by one tensor at most", arguments: 1...9)
  func balance(ranks: Int) {
    let sizes = [1000, 3, 500, 500, 0, 250, 1, 999, 10, 10]
    let shares = Checkpoint.shares(of: sizes, among: ranks)
    #expect(shares.count == ranks)
    #expect(shares.flatMap { $0 }.sorted() == Array(sizes.indices))
    let loads = shares.map { $0.reduce(0) { $0 + sizes[$1] } }
    #expect((loads.max() ?? 0) - (loads.min() ?? 0) <= 1000)
  }
}

import Models
import ModelsTesting
import TensorCore
import Testing

@testable import Evaluations

@Suite("Shares of a trie")
struct AssignmentsTests {
  /// Ten groups of ten, each group with a prefix of 100 ids of its own.
  private let groups = Plan(
    (0..<100).map { index in
      let prefix = [Int32](repeating: Int32(index / 10), count: 100)
      return .score(ScoreRequest(ids: prefix + [Int32(index % 10), 1, 2, 3], from: 100))
    })

  @Test(
    "Each replica is assigned about as much of a trie, cut where little is shared",
    arguments: [1, 2, 3, 4, 5])
  func shares(replicas: Int) {
    let shares = Assignments(groups, replicas: replicas)
    #expect(shares.rest.first?.lowerBound == 0 && shares.rest.last?.upperBound == 100)
    #expect(zip(shares.rest, shares.rest.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    let each = groups.tokensComputed / replicas
    for leaves in shares.rest {
      let rows = groups.trie.firstNode[leaves.upperBound] - groups.trie.firstNode[leaves.lowerBound]
      #expect(abs(rows - each) <= groups.tokensComputed / 8)
      #expect(groups.trie.shared[leaves.lowerBound] == 0, "begins inside a group")
    }
  }

  @Test("More replicas than leaves leave some replicas without work")
  func manyReplicas() {
    let plan = Plan([.score(ScoreRequest(ids: [1, 2, 3], from: 1))])
    var shares = Assignments(plan, replicas: 3)
    let dealt = (0..<3).compactMap { shares.take($0, rows: 100) }
    #expect(dealt == [0..<1])
    #expect((0..<3).allSatisfy { shares.take($0, rows: 100) == nil })
  }

  @Test("Every leaf is assigned once, and the last chunks are small", arguments: [1, 2, 3])
  func deals(seed: Int) {
    let plan = Plan(requests(count: 400, seed: seed))
    var shares = Assignments(plan, replicas: 3)
    var dealt = Array(repeating: 0, count: 400)
    var chunks: [Range<Int>] = []
    var taken = 0
    // Replica 0 asks four times as often.
    for replica in [0, 0, 1, 0, 0, 2].cycled(20_000) {
      guard let leaves = shares.take(replica, rows: 300) else { continue }
      chunks.append(leaves)
      if replica == 0 { taken += leaves.count }
      for leaf in leaves { dealt[leaf] += 1 }
    }
    #expect(dealt.allSatisfy { $0 == 1 })
    #expect(
      taken > 400 / 3 + 20, "the fast replica took \(taken) of 400 leaves, which is not more than its share")
    let last = chunks.suffix(3).map {
      plan.trie.firstNode[$0.upperBound] - plan.trie.firstNode[$0.lowerBound]
    }
    #expect(last.allSatisfy { $0 < 300 }, "\(last)")
  }

  @Test("A replica steals half of what is left from the end of the one that has most")
  func stealing() {
    var shares = Assignments(groups, replicas: 2)
    let second = shares.rest[1]
    while shares.rest[0].isEmpty == false { _ = shares.take(0, rows: 1024) }
    let stolen = shares.take(0, rows: 1024)
    #expect(stolen.map { second.contains($0.lowerBound) && $0.lowerBound > second.lowerBound } == true)
    #expect(shares.rest[1].lowerBound == second.lowerBound)
    #expect(shares.rest[1].upperBound == stolen?.lowerBound)
    #expect(stolen.map { groups.trie.shared[$0.lowerBound] } == 0)
  }

  @Test("Work that costs more to steal than to leave is left")
  func notWorthWhile() {
    // Two groups of ten short ends after 1000 ids.
    let plan = Plan(
      (0..<20).map { index in
        let prefix = [Int32](repeating: Int32(index / 10), count: 1000)
        return .score(ScoreRequest(ids: prefix + [Int32(index), 5], from: 1000))
      })
    var shares = Assignments(plan, replicas: 2)
    #expect(shares.take(1, rows: 1001) == 10..<11 || shares.rest[1].lowerBound == 11)
    while !shares.rest[0].isEmpty { _ = shares.take(0, rows: 1024) }
    #expect(shares.take(0, rows: 1024) == nil, "nine rows would cost a thousand")
    #expect(shares.rest[1] == 11..<20)
  }
}

extension Array {
  fileprivate func cycled(_ count: Int) -> [Element] { (0..<count).map { self[$0 % self.count] } }
}

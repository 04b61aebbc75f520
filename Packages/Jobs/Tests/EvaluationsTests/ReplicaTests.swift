import Foundation
import Models
import ModelsTesting
import Sharding
import ShardingTesting
import Synchronization
import TensorCore
import Testing
import Tokenization

@testable import Evaluations

/// A small random GPT over 5 ids.
private let settings = TinyGPT.settings {
  $0.setSizes(layers: 2, width: 16, heads: 4, blockSize: 192, vocabularySize: 5)
}

private func model() throws -> GPT {
  try GPT.read(settings, from: MemorySource(TinyGPT.parameters(settings)))
}

/// Responds with a model of any kind.
private func answer(
  _ requests: [Request], _ model: some LanguageModel, _ communicator: any Communicator
) throws -> [Response] {
  try Engine(model, limits: EngineLimits(rowsPerPass: 70), over: communicator).respond(to: requests)
}

@Suite("Replicas")
struct ReplicaTests {
  /// Deals out given chunks.
  private struct Portions: WorkQueue {
    var rest: [Range<Int>]

    mutating func next(rows: Int) -> Range<Int>? { rest.isEmpty ? nil : rest.removeFirst() }
  }

  @Test("Chunks in any order give the bits of the whole", arguments: [1, 2, 3, 4])
  func chunks(seed: Int) throws {
    let requests = requests(count: 80, seed: seed)
    let model = try model()
    let expected = try Engine(model).respond(to: requests)
    let plan = Plan(requests)
    let pageBytes = model.makeCache().pageByteCount
    var random = PythonRandom(seed: UInt64(seed))
    for limits in [
      EngineLimits(), EngineLimits(rowsPerPass: 1), EngineLimits(rowsPerPass: 7, maxConcurrentSequences: 2),
      EngineLimits(rowsPerPass: 100, maxConcurrentSequences: 3, keyValueBytes: 5 * pageBytes),
      EngineLimits(keyValueBytes: 0),
    ] {
      let cuts = [0] + random.sample(below: 79, 12).map { $0 + 1 }.sorted() + [80]
      let leaves = zip(cuts, cuts.dropFirst()).map { $0..<$1 }
      let order = random.sample(below: leaves.count, leaves.count).map { leaves[$0] }
      for dealt in [leaves, order, Array(leaves.reversed())] {
        var answers = ResponseCollector(plan)
        try Engine(model, limits: limits).compute(plan, Portions(rest: dealt)) { answers.add($0) }
        #expect(answers.responses == expected, "\(limits), \(dealt)")
      }
    }
  }

  @Test("Several replicas give the bits of one, and report each response once", arguments: [2, 3, 4])
  func replicas(count: Int) throws {
    let requests = requests(count: 150, seed: count)
    let model = try model()
    let expected = try Engine(model).respond(to: requests)
    let told = Mutex<[Int]>([])
    let answers = try ThreadMesh.test(Mesh(batch: count, shard: 1)) { communicator in
      try Engine(model, limits: EngineLimits(rowsPerPass: 50), over: communicator).respond(
        to:
          requests,
        finished: { completed in told.withLock { $0 += completed.map(\.index) } })
    }
    #expect(answers.allSatisfy { $0 == expected })
    #expect(told.withLock { $0.sorted() } == Array(requests.indices))
  }

  /// A sum over a cut axis is added up shard by shard, so that the last bits may differ. Both ways are within 1e-5 of
  /// float64, as `EngineTests` shows for one rank; so they are within twice that of each other.
  @Test(
    "On every mesh of 1, 2 and 4 ranks replicas give equal bits and shards equal scores",
    arguments: RandomModel.allCases,
    [1, 2, 4])
  func meshes(kind: RandomModel, count: Int) throws {
    let requests = requests(count: 60, seed: 9)
    func answers(on mesh: Mesh) throws -> [[Response]] {
      try ThreadMesh.test(mesh) { communicator in
        try answer(requests, kind.make(mesh: mesh, rank: communicator.rank), communicator)
      }
    }
    let expected = try answer(requests, kind.make(), SoloCommunicator())
    for mesh in Mesh.shapes(of: count) {
      let found = try answers(on: mesh)
      #expect(found.allSatisfy { $0 == found[0] }, "\(mesh)")
      if mesh.shard == 1 {
        #expect(found[0] == expected)
      } else {
        let oneReplica = try answers(on: mesh.along(.shard))
        #expect(found[0] == oneReplica[0], "\(mesh)")
        #expect(worstDifference(found[0], expected) < 2e-5, "\(mesh)")
      }
    }
  }

  /// The largest difference of log-probabilities of score requests.
  private func worstDifference(_ a: [Response], _ b: [Response]) -> Float {
    zip(a, b).reduce(0) { worst, pair in
      guard case (.score(let first), .score(let second)) = pair else { return worst }
      return zip(first, second).reduce(worst) { max($0, abs($1.0.logProbability - $1.1.logProbability)) }
    }
  }

  @Test("Ranks with different requests learn so before anything is computed")
  func otherRequests() throws {
    let (requests, model) = (requests(count: 20, seed: 5), try model())
    var changed = requests
    for (index, request) in requests.enumerated() {
      guard case .score(var request) = request, !request.ids.isEmpty else { continue }
      request.ids[0] = request.ids[0] == 0 ? 1 : 0
      changed[index] = .score(request)
      break
    }
    for others in [changed, Array(requests.dropLast()), requests.reversed()] {
      let failure = #expect(throws: RankFailure.self) {
        try ThreadMesh.test(Mesh(batch: 3, shard: 1)) { communicator in
          let asked = communicator.rank == 2 ? others : requests
          _ = try Engine(model, over: communicator).respond(
            to:
              asked, finished: { #expect($0.isEmpty, "computed") })
        }
      }
      #expect((try #require(failure).error as? EvaluationError)?.kind == .otherRequests(rank: 2))
    }
  }

  @Test("Other replicas steal the work of a slow one")
  func slowReplica() throws {
    let requests = requests(count: 300, seed: 5)
    let model = try model()
    let expected = try Engine(model).respond(to: requests)
    let rows = try ThreadMesh.test(Mesh(batch: 2, shard: 1)) { communicator in
      let slowed = SlowModel(model, seconds: communicator.rank == 1 ? 0.2 : 0.005)
      let engine = Engine(slowed, limits: EngineLimits(rowsPerPass: 200), over: communicator)
      let answers = try engine.respond(to: requests)
      #expect(answers == expected)
      return slowed.nodeCount.withLock { $0 }
    }
    let whole = Plan(requests).tokensComputed
    // Without stealing each would compute about half of the rows.
    #expect(rows[1] > 0 && rows[1] < whole / 4, "\(rows) of \(whole)")
    #expect(rows[0] > whole / 2, "\(rows) of \(whole)")
  }

  @Test("When a rank fails, all end and name it", arguments: [0, 1, 2])
  func failure(failing: Int) throws {
    let requests = requests(count: 200, seed: 6)
    let model = try model()
    let error = #expect(throws: RankFailure.self) {
      try ThreadMesh.test(Mesh(batch: 3, shard: 1)) { communicator in
        let failing = SlowModel(model, seconds: 0.01, passes: communicator.rank == failing ? 2 : .max)
        return try Engine(failing, limits: EngineLimits(rowsPerPass: 50), over: communicator).respond(
          to: requests)
      }
    }
    #expect(error?.rank == failing && error?.error is SlowModel.Broken, "\(error as Any)")
  }

  @Test("When responses cannot be recorded, all ranks end with the reason")
  func unkept() throws {
    struct Full: Error {}
    let requests = requests(count: 200, seed: 7)
    let model = try model()
    let error = #expect(throws: RankFailure.self) {
      try ThreadMesh.test(Mesh(batch: 2, shard: 1)) { communicator in
        try Engine(model, limits: EngineLimits(rowsPerPass: 50), over: communicator).respond(
          to:
            requests, finished: { if $0.count > 5 { throw Full() } })
      }
    }
    #expect(error?.error is Full, "\(error as Any)")
  }
}

/// A model that takes its time, counts its rows, and may break.
private struct SlowModel: LanguageModel {
  typealias Configuration = GPT.Configuration
  struct Broken: Error {}

  final class Counter: Sendable {
    let value = Mutex(0)
    func withLock<R>(_ body: (inout Int) -> R) -> R { value.withLock { body(&$0) } }
  }

  let base: any LanguageModel
  let seconds: Double
  let passes: Int
  let nodeCount = Counter()
  let passCount = Counter()

  init(_ base: any LanguageModel, seconds: Double, passes: Int = .max) {
    (self.base, self.seconds, self.passes) = (base, seconds, passes)
  }

  init(_ settings: GPT.Configuration, parameters: ParameterReader) throws {
    self.init(try GPT(settings, parameters: parameters), seconds: 0)
  }

  static func components() -> [any Module.Type] { [] }
  var blockSize: Int { base.blockSize }
  var vocabularySize: Int { base.vocabularySize }
  var mode: ComputeMode { base.mode }
  func makeCache() -> KVCache { base.makeCache() }
  func embed(_ ids: [Int32], _ pass: ForwardPass) throws -> Tensor { try base.embed(ids, pass) }

  func decode(_ rows: Tensor, _ pass: ForwardPass) throws -> Tensor {
    Thread.sleep(forTimeInterval: seconds)
    nodeCount.withLock { $0 += rows.rowCount }
    let count = passCount.withLock { count in
      count += 1
      return count
    }
    guard count <= passes else { throw Broken() }
    return try base.decode(rows, pass)
  }

  func unembed(_ rows: Tensor, _ pass: ForwardPass) throws -> Tensor { try base.unembed(rows, pass) }
  func score(_ rows: Tensor, targets: TargetLists, _ pass: ForwardPass) throws -> RowScores {
    try base.score(rows, targets: targets, pass)
  }
}

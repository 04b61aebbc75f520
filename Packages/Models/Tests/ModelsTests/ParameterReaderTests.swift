import Models
import ModelsTesting
import Sharding
import Synchronization
import TensorCore
import Testing

@Suite("Parameters")
struct ParameterReaderTests {
  private func error(_ change: (inout [String: Tensor]) -> Void) throws -> ParameterError? {
    var parameters = TinyGPT.parameters(TinyGPT.settings())
    change(&parameters)
    do {
      _ = try makeGPT(TinyGPT.settings(), parameters)
      return nil
    } catch let error as ParameterError {
      return error
    }
  }

  @Test("A reader names every missing, unexpected and misshapen parameter at once")
  func namesAll() throws {
    let error = try error { parameters in
      parameters["blocks_0/ln_1/bias"] = nil
      parameters["ln_f/weight"] = nil
      parameters["blocks_2/ln_1/bias"] = Tensor(zeros: [1])
      parameters["wte"] = Tensor(zeros: [37, 15])
    }
    #expect(error?.missing == ["blocks_0/ln_1/bias", "ln_f/weight"])
    #expect(error?.unexpected == ["blocks_2/ln_1/bias"])
    let wte = try #require(error?.mismatched.first)
    #expect(error?.mismatched.count == 1 && wte.name == "wte")
    #expect(wte.expected == [37, 16] && wte.found == [37, 15])
  }

  @Test("The progress of a source counts each parameter once, up to all there are")
  func reported() throws {
    let parameters = TinyGPT.parameters(TinyGPT.settings())
    let reports = Mutex<[(read: Int, total: Int)]>([])
    let source = ReportedSource(MemorySource(parameters)) { read, total in
      reports.withLock { $0.append((read, total)) }
    }
    let reader = ParameterReader(source, rules: GPT.sharding)
    _ = try GPT(TinyGPT.settings(), parameters: reader)
    try reader.finish()
    _ = try source.tensor("wte", slice: TensorSlice(whole: try #require(source.shape(of: "wte"))))
    let (all, found) = (parameters.values.reduce(0) { $0 + $1.count }, reports.withLock { $0 })
    #expect(found.count == parameters.count + 1 && found.allSatisfy { $0.total == all })
    #expect(found.last?.read == all)
    #expect(zip(found, found.dropFirst()).allSatisfy { $0.read <= $1.read })
  }

  @Test("Parameters are initialised without a source, the same numbers for the same key")
  func initializes() throws {
    let settings = TinyGPT.settings()
    func logits(_ seed: UInt64) throws -> [Float] {
      let reader = ParameterReader(initializing: RandomKey(seed: seed), rules: GPT.sharding)
      let model = try GPT(settings, parameters: reader)
      try reader.finish()
      return try model(TokenBatch([[1, 2, 3]])).logits.floats
    }
    #expect(try logits(1) == logits(1))
    #expect(try logits(1) != logits(2))
  }

  @Test("Sizes that do not divide are named before anything is computed")
  func uneven() throws {
    let reader = ParameterReader(
      MemorySource(TinyGPT.parameters(TinyGPT.settings())), rules: GPT.sharding,
      mesh: Mesh(batch: 1, shard: 3),
      rank: 0)
    _ = try GPT(TinyGPT.settings(), parameters: reader)
    let error = try #require(throws: ParameterError.self) { try reader.finish() }
    let unreadable = try #require(error.unreadable.first { $0.name == "blocks_0/attn/c_attn/kernel" })
    guard case .placement(let cause) = unreadable.cause else {
      Issue.record(error)
      return
    }
    #expect(cause.shards == 3)
  }

  /// Each rank sums its share of an inner dimension, so a sum of n terms becomes a sum of n-term sums: the last bits
  /// may differ, by a few roundings of 2^-24 a layer.
  @Test("Shards compute what one rank computes", arguments: [2, 4])
  func shards(count: Int) throws {
    let settings = TinyGPT.settings()
    let parameters = TinyGPT.parameters(settings)
    let ids: [Int32] = [3, 17, 0, 36, 5, 5, 29]
    let whole = try makeGPT(settings, parameters)(TokenBatch([ids])).logits.floats
    let mesh = Mesh(batch: 1, shard: count)
    let results = try ThreadMesh.run(mesh) { communicator in
      let reader = ParameterReader(
        MemorySource(parameters), rules: GPT.sharding, mesh: mesh, rank: communicator.rank)
      let model = try GPT(settings, parameters: reader)
      try reader.finish()
      let sequence = CachedSequence(in: model.makeCache())
      let pass = ForwardPass(
        segments: [sequence.extend(by: ids.count, firstRow: 0)], pages: sequence.pages, mode: model.mode,
        communicator: communicator)
      return try model.unembed(model.rows(ids, pass), pass).floats
    }
    #expect(results.count == count)
    for result in results {
      #expect(zip(result, whole).allSatisfy { abs($0 - $1) < 2e-5 })
      #expect(result == results[0])
    }
  }
}

import Basics
import Evaluations
import Foundation
public import Jobs
import Journals
import Models
import Sharding
public import TensorCore

extension Evaluator {
  /// Computes the responses to this job's requests in every way that must not change a bit: other passes, another order, no shared
  /// prefixes, by two replicas, on other threads, half of them from a journal and, in float32, other instruction sets.
  ///
  /// - Returns: A comparison for each way; nothing is saved.
  public func verify() throws -> [BitComparison] {
    guard InstructionSet.current.isBatchInvariant else {
      throw JobError(
        .usage,
        "'verify' compares bits, and those of kernels '\(InstructionSet.current)' depend on what is computed together; leave ASSAY_KERNELS out"
      )
    }
    let model = try self.model
    let requests = try distinctRequests()
    let expected = try engine().respond(to: requests)
    var comparisons: [BitComparison] = []
    func compare(_ name: String, _ responses: [Response]) {
      // As bytes: a comparison of floating point numbers would let -0 pass for 0.
      let different = zip(expected, responses).count { $0.bits != $1.bits }
      comparisons.append(BitComparison(name: name, requests: responses.count, different: different))
    }
    func responses(_ requests: [Request], _ limits: EngineLimits) throws -> [Response] {
      try Engine(model, tokenizer: tokenizer, limits: limits).respond(to: requests)
    }
    compare("passes of 1 row", try responses(Array(requests.prefix(8)), EngineLimits(rowsPerPass: 1)))
    compare(
      "passes of 100 rows and 3 sequences",
      try responses(requests, EngineLimits(rowsPerPass: 100, maxConcurrentSequences: 3)))
    compare("keys and values of one sequence", try responses(requests, EngineLimits(keyValueBytes: 0)))
    compare("no shared prefixes", try requests.flatMap { try engine().respond(to: [$0]) })
    compare("reverse order", try engine().respond(to: requests.reversed()).reversed())
    compare("resumed from a journal", try resumed(requests))
    compare("2 replicas", try replicated(requests))

    let threads = ThreadPool.shared.threadCount
    defer { ThreadPool.setThreadCount(threads) }
    for other in [1, 2, 3] where other != threads {
      ThreadPool.setThreadCount(other)
      compare("\(other) thread\(other == 1 ? "" : "s")", try engine().respond(to: requests))
    }
    ThreadPool.setThreadCount(threads)
    guard model.mode != .bfloat16 else { return comparisons }
    let kernels = InstructionSet.current
    defer { try? InstructionSet.pin(kernels) }
    for other in InstructionSet.available where other != kernels {
      try InstructionSet.pin(other)
      // The scalar kernels define the others and are slow.
      let few = other == .scalar ? Array(requests.prefix(8)) : requests
      compare("kernels \(other)", try engine().respond(to: few))
    }
    return comparisons
  }

  /// Computes a sample of this job's responses beside OpenBLAS, product by product.
  ///
  /// - Returns: `nil` where this build has no OpenBLAS.
  public func secondOpinion() throws -> SecondOpinion? {
    guard SecondOpinion.isAvailable else { return nil }
    let requests = try distinctRequests()
    let step = max(requests.count / 16, 1)
    let sample = stride(from: 0, to: requests.count, by: step).prefix(16).map { requests[$0] }
    return try SecondOpinion.watching { _ = try engine().respond(to: sample) }
  }

  private func distinctRequests() throws -> [Request] {
    let model = try self.model
    let asked = try samples(blockSize: model.blockSize, vocabularySize: model.vocabularySize)
    return DistinctRequests(asked.joined().flatMap(\.requests)).requests
  }

  /// Two ranks share the work.
  private func replicated(_ requests: [Request]) throws -> [Response] {
    let (model, tokenizer) = (try self.model, self.tokenizer)
    return try ThreadMesh.run(ranks: 2) { communicator in
      try Engine(model, tokenizer: tokenizer, limits: EngineLimits(sharers: 2), over: communicator)
        .respond(to: requests)
    }[0]
  }

  /// Half of the requests are answered and journalled; then all of them are asked, of the journal first.
  private func resumed(_ requests: [Request]) throws -> [Response] {
    let folder = NSTemporaryDirectory() + "/assay-verify-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func source() throws -> ModelResponses<Model> {
      ModelResponses(
        try engine(),
        journal: try Journal(
          path: folder + "/journal.sqlite", identity: JournalIdentity(tokenizer: "", numerics: "")))
    }
    _ = try source().responses(to: Array(requests.prefix(requests.count / 2))) { _ in }
    return try source().responses(to: requests) { _ in }
  }
}

extension Response {
  /// All parts of the answer, numbers as their bits.
  fileprivate var bits: [UInt64] {
    switch self {
    case .score(let scores):
      scores.flatMap { [UInt64($0.logProbability.bitPattern), UInt64(bitPattern: Int64($0.argmax))] }
    case .generation(let generation):
      generation.ids.map { UInt64(bitPattern: Int64($0)) }
        + generation.logProbabilities.map { UInt64($0.bitPattern) }
        + [UInt64(bitPattern: Int64(generation.stop ?? -1))]
    }
  }
}

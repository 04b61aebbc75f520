import Models
import ModelsTesting
import Synchronization
import TensorCore
import Testing
import Tokenization

@testable import Evaluations

/// Many requests over few ids, so that prefixes of all lengths are shared, also beyond the 64 positions of a page.
func requests(count: Int, seed: Int) -> [Request] {
  var random = PythonRandom(seed: UInt64(seed))
  func number(below bound: Int) -> Int { random.sample(below: bound, 1)[0] }
  var known: [[Int32]] = [[1]]
  return (0..<count).map { index in
    let stem = known[number(below: known.count)]
    let ids =
      stem.prefix(1 + number(below: stem.count))
      + (0...number(below: 60)).map { _ in Int32(number(below: 2)) }
    known.append(Array(ids.prefix(150)))
    guard index % 4 == 0 else {
      return .score(ScoreRequest(ids: Array(ids.prefix(150)), from: 1 + number(below: ids.count)))
    }
    let sampling =
      index % 8 == 0 ? Sampling.greedy : Sampling(temperature: 1, topP: 0.9, seed: 1, sample: UInt64(index))
    return .generate(
      GenerateRequest(
        prompt: Array(ids.prefix(150)), limit: number(below: 20), stops: [0], sampling: sampling))
  }
}

@Suite("Prefix sharing")
struct PrefixSharingTests {
  private let model: GPT

  init() throws {
    let settings = TinyGPT.settings {
      $0.setSizes(layers: 2, width: 16, heads: 4, blockSize: 192, vocabularySize: 5)
    }
    model = try GPT(
      settings, parameters: ParameterReader(MemorySource(TinyGPT.parameters(settings)), rules: GPT.sharding))
  }

  @Test("Each prefix is read once")
  func counts() {
    let plan = Plan([
      .score(ScoreRequest(ids: [1, 2, 3, 4], from: 1)),
      .score(ScoreRequest(ids: [1, 2, 3, 5], from: 3)),
      .score(ScoreRequest(ids: [1, 2, 4], from: 2)),
      .generate(GenerateRequest(prompt: [1, 2, 3], limit: 2, stops: [])),
      .generate(GenerateRequest(prompt: [2], limit: 0, stops: [])),
    ])
    #expect(plan.tokensAsked == 3 + 3 + 2 + 3)
    #expect(plan.tokensComputed == 3)
    #expect(plan.positionsScored == 3)
    #expect(plan.tokensGenerated == 2)
    #expect(Plan([]).tokensComputed == 0)
  }

  @Test("Requests that share prefixes have the bits of each alone, under any budget", arguments: [1, 2, 3])
  func bits(seed: Int) throws {
    let requests = requests(count: 60, seed: seed)
    let alone = try requests.map { try Engine(model).respond(to: [$0])[0] }
    let pageBytes = model.makeCache().pageByteCount
    for limits in [
      EngineLimits(), EngineLimits(rowsPerPass: 1), EngineLimits(rowsPerPass: 7, maxConcurrentSequences: 2),
      EngineLimits(rowsPerPass: 100, maxConcurrentSequences: 3, keyValueBytes: 5 * pageBytes),
      EngineLimits(keyValueBytes: 0),
    ] {
      #expect(try Engine(model, limits: limits).respond(to: requests) == alone, "\(limits)")
    }
    let threads = ThreadPool.shared.threadCount
    ThreadPool.setThreadCount(threads == 1 ? 2 : 1)
    defer { ThreadPool.setThreadCount(threads) }
    #expect(try Engine(model).respond(to: requests) == alone)
  }

  @Test("Keys and values stay under the budget, and all pages are released")
  func budget() throws {
    let requests = requests(count: 60, seed: 4)
    let plan = Plan(requests)
    let pages = model.makeCache()
    var traversal = Traversal(plan, cache: pages, queue: WholeTrie(plan))
    var rows = 0
    while !traversal.isFinished {
      var batch = Batch()
      let byteLimit = 6 * pages.pageByteCount
      let spans = try traversal.fill(&batch, limit: 40, byteLimit: byteLimit)
      #expect(spans.map(\.nodes.count).reduce(0, +) == batch.ids.count)
      #expect(pages.bytesInUse <= byteLimit)
      #expect(batch.segments.map(\.rows.count).reduce(0, +) == batch.ids.count)
      rows += batch.ids.count
      let heads = pages.heads(of: 0)
      let width = heads.count * heads.width
      for layer in 0..<pages.layers {
        pages.write(
          layer: layer, rows: Tensor(zeros: [batch.ids.count, 2 * width]), keyColumns: 0..<width,
          valueColumns: width..<2 * width, segments: batch.segments + batch.forks)
      }
      traversal.finishPass()
    }
    #expect(rows == plan.tokensComputed)
    #expect(pages.pagesInUse == 0)
  }

  @Test("A stop text ends the answer also where it crosses tokens, and each response is reported once")
  func stopTexts() throws {
    let tokenizer = BytesTokenizer()
    let told = Mutex<[Int]>([])
    let settings = TinyGPT.settings {
      $0.setSizes(layers: 2, width: 16, heads: 4, blockSize: 64, vocabularySize: tokenizer.vocabularySize)
    }
    let model = try GPT(
      settings, parameters: ParameterReader(MemorySource(TinyGPT.parameters(settings)), rules: GPT.sharding))
    func request(_ stops: [String]) -> Request {
      .generate(GenerateRequest(prompt: [65, 66], limit: 12, stops: [], stopTexts: stops))
    }
    let engine = Engine(model, tokenizer: tokenizer)
    let free = try engine.respond(to: [request([])])[0].generation
    let text = try tokenizer.decode(free.ids)
    let crossing = String(text.dropFirst(3).prefix(2))
    let stopped = try engine.respond(
      to: [request([crossing]), request(["not there"]), request([])],
      finished: { completed in told.withLock { $0 += completed.map(\.index) } })
    #expect(stopped[0].generation.ids.count < free.ids.count)
    #expect(try tokenizer.decode(stopped[0].generation.ids).hasSuffix(crossing))
    #expect(stopped[1].generation == free && stopped[2].generation == free)
    #expect(told.withLock { $0.sorted() } == [0, 1, 2])
  }
}

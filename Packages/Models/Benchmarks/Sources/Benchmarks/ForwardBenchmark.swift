import Foundation
import Models
import TensorCore

/// A whole forward pass: 512 tokens of a model, the next token's probability at every position.
struct ForwardBenchmark {
  private static let tokens = 512
  private static let rounds = 5

  private let path: String

  init(_ path: String) { self.path = path }

  func run() throws {
    let peak = ProcessInfo.processInfo.environment["ASSAY_PEAK"].flatMap(Double.init)
    print(
      "\(path), \(Self.tokens) tokens, all positions scored, bfloat16, \(ThreadPool.shared.threadCount) threads\n"
    )
    print("| | tokens/s | GFLOP/s | share of the peak |\n|---|---|---|---|")
    var types = NumericTypes()
    types.activation = .bfloat16
    let model = try Backbone(path: path, types: types)
    let ids = (0..<Self.tokens).map { Int32($0 * 7919 % model.vocabularySize) }
    let operations = try self.operations(of: model)
    var (ours, peer) = (Double.infinity, Double.infinity)
    for _ in 0..<Self.rounds {
      ours = min(ours, try fastest(of: 5) { _ = try Self.score(ids, with: model) })
      peer = min(peer, try seconds(ofPeer: ids) ?? .infinity)
    }
    for (name, time) in [("Assay", ours), ("PyTorch, transformers", peer)] where time < .infinity {
      let rate = operations / time / 1e9
      let share = peak.map { String(format: "%.0f %%", rate / $0 * 100) } ?? "–"
      print("| \(name) | \(Int(Double(Self.tokens) / time)) | \(Int(rate)) | \(share) |")
    }
    if peer < .infinity { print("\nPyTorch takes \(String(format: "%.2f", peer / ours)) times as long.") }
  }

  /// The log-probability of every token but the first.
  static func score(_ ids: [Int32], with model: Backbone) throws -> [Float] {
    let pages = model.makeCache()
    let sequence = CachedSequence(in: pages)
    let pass = ForwardPass(
      segments: [sequence.extend(by: ids.count, firstRow: 0)], pages: pages, mode: model.mode)
    let targets = TargetLists(ids.dropFirst().map { [$0] } + [[]])
    return try model.score(model.rows(ids, pass), targets: targets, pass).targetLogProbabilities
  }

  /// Two for each element of a weight and each token, and 4 · width · T (T + 1) / 2 for each head of attention.
  private func operations(of model: Backbone) throws -> Double {
    let names = ["num_hidden_layers", "hidden_size", "num_attention_heads", "num_key_value_heads"]
    let path = URL(fileURLWithPath: path).appending(path: "config.json")
    let settings = try JSONSerialization.jsonObject(with: Data(contentsOf: path)) as? [String: Any] ?? [:]
    func number(_ name: String) -> Double { (settings[name] as? NSNumber)?.doubleValue ?? 0 }
    let (layers, width, heads, keyHeads) = (
      number(names[0]), number(names[1]), number(names[2]), number(names[3])
    )
    let attention = 2 * width * width + 2 * width * width * keyHeads / heads
    let body = layers * (attention + 3 * width * number("intermediate_size"))
    let tokens = Double(Self.tokens)
    return 2 * tokens * (body + width * Double(model.vocabularySize))
      + layers * 4 * width * tokens * (tokens + 1) / 2
  }

  private static let program = """
    import json, sys, time, torch, transformers
    folder, ids, threads = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(threads)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16).eval()
    ids, best = torch.tensor([ids]), 1e9
    with torch.inference_mode():
      for _ in range(6):
        start = time.perf_counter()
        logits = model(ids, use_cache=False).logits[0, :-1].float()
        logits.log_softmax(-1).gather(-1, ids[0, 1:, None])
        best = min(best, time.perf_counter() - start)
    print(best)
    """

  /// Seconds of PyTorch; `nil` without a Python that has it.
  private func seconds(ofPeer ids: [Int32]) throws -> Double? {
    try Python.output(of: Self.program, [path, "\(ids)", "\(ThreadPool.shared.threadCount)"]).flatMap(
      Double.init)
  }
}

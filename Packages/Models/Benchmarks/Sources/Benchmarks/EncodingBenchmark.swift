import Foundation
import Tokenization

/// Pages of WikiText-2 to ids: ours on one thread and on all cores, the wheel on one, turn by turn.
struct EncodingBenchmark {
  private static let names = ["gpt2", "gpt-neox", "qwen2", "smollm2"]
  private static let rounds = 5

  private let shared: URL
  private let pages: [String]

  init() throws {
    let path = ProcessInfo.processInfo.environment["ASSAY_SHARED"]
    shared =
      path.map { URL(fileURLWithPath: $0) }
      ?? Benchmarks.root.deletingLastPathComponent().appending(path: "shared")
    struct Document: Decodable { var page: String }
    let file = shared.appending(path: "eval/wikitext_document_level/wikitext-2-raw-v1/test.jsonl")
    pages = try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")).map {
      try JSONDecoder().decode(Document.self, from: $0).page
    }
  }

  func run() throws {
    let size = Double(pages.reduce(0) { $0 + $1.utf8.count }) / 1e6
    let cores = ProcessInfo.processInfo.activeProcessorCount
    print("\(pages.count) pages of WikiText-2, \(size) MB, in MB/s: the fastest of \(Self.rounds) turns\n")
    print(
      "| tokenizer | first time | 1 thread | \(cores) cores | wheel, 1 core | \(cores) cores to the wheel's one |"
    )
    print("|---|---|---|---|---|---|")
    for name in Self.names {
      let path = shared.appending(path: "tokenizers/\(name)/tokenizer.json").path
      let first = try fastest(of: 1) { [tokenizer = try Tokenizers.forBackbone(at: path)] in
        _ = try tokenizer.encodeBatch(pages)
      }
      let tokenizer = try Tokenizers.forBackbone(at: path)
      var (one, all, wheel) = (Double.infinity, Double.infinity, Double.infinity)
      for _ in 0..<Self.rounds {
        wheel = min(wheel, try self.wheel(path) ?? .infinity)
        one = min(one, try fastest(of: 1) { for page in pages { _ = try tokenizer.encode(page) } })
        all = min(all, try fastest(of: 1) { _ = try tokenizer.encodeBatch(pages) })
      }
      let cells = [first, one, all].map { rate($0, size) } + [wheel < .infinity ? rate(wheel, size) : "–"]
      print(
        "| \(name) | \(cells.joined(separator: " | ")) | \(wheel < .infinity ? rate(all, wheel) + " ×" : "–") |"
      )
    }
  }

  private func rate(_ seconds: Double, _ amount: Double) -> String {
    String(format: "%.1f", amount / seconds)
  }

  /// Seconds of the wheel; `nil` without a Python that has it.
  private func wheel(_ tokenizer: String) throws -> Double? {
    let texts = FileManager.default.temporaryDirectory.appending(path: "assay-pages.json")
    try JSONEncoder().encode(pages).write(to: texts)
    let script = Benchmarks.root.appending(path: "Tools/make-references/tokenizers_wheel.py")
    return try Python.output(
      of: String(contentsOf: script, encoding: .utf8), ["time", tokenizer, texts.path, "3"],
      environment: ["RAYON_NUM_THREADS": "1"]
    ).flatMap(Double.init)
  }
}

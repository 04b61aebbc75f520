// How fast texts become ids, beside Hugging Face's library in the same run, how soon a model is ready, and how fast it
// scores, beside PyTorch.
//
//     swift run -c release --package-path Packages/Models/Benchmarks Benchmarks encode
//     swift run -c release --package-path Packages/Models/Benchmarks Benchmarks load MODEL …
//     swift run -c release --package-path Packages/Models/Benchmarks Benchmarks forward FOLDER
//     swift run -c release --package-path Packages/Models/Benchmarks Benchmarks precision FOLDER
//
// `encode` needs the folder `shared` beside the repository (or ASSAY_SHARED), for tokenizers and the pages of WikiText-2,
// and with ASSAY_PYTHON measures the wheel `tokenizers` too. MODEL is a folder or a GGUF file. `forward` and `precision` take a folder of a
// model of Llama's kind; the machine's bfloat16 peak in GFLOP/s comes from ASSAY_PEAK (`ci/bench model FOLDER` measures it).
import Foundation

@main
struct Benchmarks {
  static func main() {
    do { try run(CommandLine.arguments.dropFirst()) } catch {
      FileHandle.standardError.write(Data("error: \(error)\n".utf8))
      exit(1)
    }
  }

  private static func run(_ words: ArraySlice<String>) throws {
    switch words.first {
    case "encode" where words.count == 1: try EncodingBenchmark().run()
    case "load" where words.count > 1: for model in words.dropFirst() { try LoadingBenchmark(model).run() }
    case "forward" where words.count == 2: try ForwardBenchmark(words.last!).run()
    case "precision" where words.count == 2: try PrecisionBenchmark(words.last!).run()
    default:
      FileHandle.standardError.write(
        Data("usage: Benchmarks encode | load MODEL … | forward FOLDER | precision FOLDER\n".utf8))
      exit(64)
    }
  }

  static let root = (0..<6).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
    url.deletingLastPathComponent()
  }
}

/// Seconds that the fastest of `runs` took: the one that was disturbed least.
func fastest(of runs: Int, _ body: () throws -> Void) rethrows -> Double {
  let clock = ContinuousClock()
  return try (0..<runs).map { _ in try clock.measure(body) / .seconds(1) }.min() ?? .infinity
}

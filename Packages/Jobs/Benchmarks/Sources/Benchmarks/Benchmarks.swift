// How fast a GPT trains; `ci/bench train` runs it beside PyTorch.
//
//     swift run -c release --package-path Packages/Jobs/Benchmarks Benchmarks train WEIGHTS NAME=VALUE …
//
// WEIGHTS is a safetensors file of the model that the names describe: layers, width, heads, block, vocabulary, batch, bias.
// Every line of standard input is a number of steps; each is answered with a line of JSON.
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
    guard words.count >= 2, words.first == "train" else {
      FileHandle.standardError.write(Data("usage: Benchmarks train WEIGHTS NAME=VALUE …\n".utf8))
      exit(64)
    }
    var benchmark = try TrainBenchmark(weights: Array(words)[1], words.dropFirst(2))
    while let line = readLine() {
      guard let steps = Int(line) else { break }
      FileHandle.standardOutput.write(Data((try benchmark.train(steps) + "\n").utf8))
    }
  }
}

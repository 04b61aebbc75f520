import Feeding
import FeedingCheckpoints
import FeedingJournals
import Foundation
import Testing

/// What `ci/fuzz` begins with and has found: files of `Tests/Fuzz/Seeds`, by their format.
private struct Seed: CustomTestStringConvertible, Sendable {
  let format: String
  let url: URL

  var testDescription: String { "\(format)/\(url.lastPathComponent)" }

  static func all() throws -> [Seed] {
    let folder = URL(fileURLWithPath: fixtures).deletingLastPathComponent().appending(path: "Fuzz/Seeds")
    let files = FileManager.default
    return try files.contentsOfDirectory(atPath: folder.path).sorted().flatMap { format in
      let formats = folder.appending(path: format)
      return try files.contentsOfDirectory(atPath: formats.path).sorted().map {
        Seed(format: format, url: formats.appending(path: $0))
      }
    }
  }

  /// Reads it as `ci/fuzz` does.
  func feed() throws {
    try Data(contentsOf: url).withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
      switch format {
      case "jinja": _ = Feeding.feed(template: start, bytes.count)
      case "task": _ = Feeding.feed(task: start, bytes.count)
      case "tokenizer": _ = Feeding.feed(tokenizer: start, bytes.count)
      case "config": _ = Feeding.feed(configuration: start, bytes.count)
      case "hdf5": _ = FeedingCheckpoints.feed(checkpoint: start, bytes.count)
      case "journal": _ = FeedingJournals.feed(journal: start, bytes.count)
      case "safetensors", "gguf", "npz": _ = Feeding.feed(weights: start, bytes.count, ending: format)
      case "jsonl", "csv", "arrow", "parquet": _ = Feeding.feed(documents: start, bytes.count, ending: format)
      default: Issue.record("no reader of '\(format)'")
      }
    }
  }
}

@Suite("Seeds of the fuzzers", .serialized)
struct SeedTests {
  @Test(
    "Each seed of the fuzzers is read or refused, and in a moment", .timeLimit(.minutes(1)),
    arguments: try Seed.all())
  private func read(seed: Seed) throws {
    try seed.feed()
  }
}

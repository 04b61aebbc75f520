import Evaluations
import Foundation
import Testing

@testable import Journals

private let requests: [Request] = [
  .score(ScoreRequest(ids: [1, 2, 3, 4], from: 2)),
  .score(ScoreRequest(ids: [1], from: 1)),
  .generate(GenerateRequest(prompt: [1, 2], limit: 4, stops: [0], stopTexts: ["\n"])),
  .generate(
    GenerateRequest(
      prompt: [1, 2], limit: 4, stops: [0], sampling: Sampling(temperature: 1, topP: 1, seed: 2, sample: 3))),
]
private let responses: [Response] = [
  .score([
    TokenScore(logProbability: -0.1, argmax: 3, isGreedy: true),
    TokenScore(logProbability: -.infinity, argmax: 9, isGreedy: false),
  ]),
  .score([]),
  .generation(Generation(ids: [7, -1], logProbabilities: [-0.5, 0], stop: 0)),
  .generation(Generation()),
]

/// A folder that goes when the test does.
private final class TemporaryFolder {
  let path = NSTemporaryDirectory() + "journal-\(UUID().uuidString)"
  deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Suite("Journal")
struct JournalTests {
  private let folder = TemporaryFolder()
  private let identity = JournalIdentity(tokenizer: "bytes", numerics: "1")
  private var path: String { folder.path + "/journal/weights.sqlite" }

  /// Computed apart, with Python's hashlib and struct.
  @Test("an answer is found by the same bytes in every version")
  func keys() {
    let identity = JournalIdentity(tokenizer: "bytes", numerics: "1")
    let asked: [(request: Request, key: String)] = [
      (
        .score(ScoreRequest(ids: [5, 6, 7, -1], from: 2)),
        "110255739e43218b14f7f4b1ed329d4ace46fbf63db83c2f99fa479869916a91"
      ),
      (
        .generate(
          GenerateRequest(prompt: [5, 6], limit: 9, stops: [3, 0], stopTexts: ["größe", "."])),
        "8af21f1ec71a33f89bbb533816348af0879777dd041873ae63e504f31a57b350"
      ),
      (
        .generate(
          GenerateRequest(
            prompt: [5, 6], limit: 9, stops: [],
            sampling: Sampling(temperature: 0.5, topP: 0.9, seed: 3, sample: 4))),
        "76d5206fa208d9b6a9820cce42639955e09588845407ac3d5ab52907cea168ee"
      ),
    ]
    for (request, key) in asked {
      #expect(identity.key(of: request).map { String(format: "%02x", $0) }.joined() == key)
    }
  }

  @Test("a later journal has what was recorded, bit for bit, and nothing else")
  func remembers() throws {
    do {
      let journal = try Journal(path: path, identity: identity)
      #expect(try journal.responses(to: requests).isEmpty)
      try journal.record(Array(zip(requests, responses)))
      try journal.record([])
    }
    let journal = try Journal(path: path, identity: identity)
    let other: [Request] = [
      .score(ScoreRequest(ids: [1, 2, 3, 4], from: 3)),
      .generate(GenerateRequest(prompt: [1, 2], limit: 5, stops: [0], stopTexts: ["\n"])),
      .generate(GenerateRequest(prompt: [1, 2], limit: 4, stops: [], stopTexts: ["\n"])),
      .generate(
        GenerateRequest(
          prompt: [1, 2], limit: 4, stops: [0],
          sampling: Sampling(temperature: 1, topP: 1, seed: 2, sample: 4))),
    ]
    let found = try journal.responses(to: requests + other)
    #expect(found.count == requests.count)
    for (index, response) in responses.enumerated() { #expect(found[index] == response) }
    #expect(try journal.count == 4)
  }

  @Test("another tokenizer or arithmetic sees none of it")
  func identities() throws {
    try Journal(path: path, identity: identity).record(Array(zip(requests, responses)))
    for other in [
      JournalIdentity(tokenizer: "other", numerics: "1"), JournalIdentity(tokenizer: "bytes", numerics: "2"),
    ] {
      #expect(try Journal(path: path, identity: other).responses(to: requests).isEmpty)
    }
  }

  @Test("a second writer waits, and then says who is in the way")
  func secondWriter() throws {
    let first = try Journal(path: path, identity: identity)
    try first.record([(requests[0], responses[0])])
    let error = #expect(throws: JournalError.self) {
      try Journal(path: path, identity: identity, patience: 0.1)
    }
    #expect(error?.kind == .busy)
    #expect(error?.description.contains("in use by another process") == true)
    withExtendedLifetime(first) {}
  }

  @Test("a file that is no journal is not touched")
  func damaged() throws {
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    let path = folder.path + "/text"
    let text = String(repeating: "this is no database. ", count: 100)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let error = #expect(throws: JournalError.self) { try Journal(path: path, identity: identity) }
    #expect(error?.kind == .damaged)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
  }

  @Test("a folder that cannot be made is one sentence")
  func unwritable() {
    let error = #expect(throws: JournalError.self) {
      try Journal(path: "/dev/null/journal/weights.sqlite", identity: identity)
    }
    #expect(error?.kind == .unwritable)
    #expect(error?.description.contains("/dev/null/journal") == true)
  }
}

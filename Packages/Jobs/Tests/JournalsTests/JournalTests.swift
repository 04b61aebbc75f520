import Evaluations
import Foundation
import Synchronization
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
  @Test("A response is found by the same bytes in every version")
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

  @Test("A later journal has what was recorded, bit for bit, and nothing else")
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

  @Test("A run with another tokenizer or arithmetic finds none of the recorded responses")
  func identities() throws {
    try Journal(path: path, identity: identity).record(Array(zip(requests, responses)))
    for other in [
      JournalIdentity(tokenizer: "other", numerics: "1"), JournalIdentity(tokenizer: "bytes", numerics: "2"),
    ] {
      #expect(try Journal(path: path, identity: other).responses(to: requests).isEmpty)
    }
  }

  @Test("A second writer waits, and then names the one that is in the way")
  func secondWriter() throws {
    let first = try Journal(path: path, identity: identity)
    try first.record([(requests[0], responses[0])])
    let error = #expect(throws: JournalError.self) {
      try Journal(path: path, identity: identity, patience: 0.1)
    }
    #expect(error?.kind == .busy)
    withExtendedLifetime(first) {}
  }

  @Test("A response with one flipped bit is counted, and computed again")
  func flippedBits() throws {
    try Journal(path: path, identity: identity).record(Array(zip(requests, responses)))
    try edit("UPDATE answers SET answer = x'cccccc3d03000000000080ff09000000' WHERE length(answer) = 16")
    let (found, notice) = try reopened()
    #expect(Set(found.keys) == [1, 2, 3])
    #expect(notice?.damaged == 1 && notice?.withoutChecksum == 0)
    let journal = try Journal(path: path, identity: identity)
    try journal.record([(requests[0], responses[0])])
    #expect(try journal.responses(to: requests).count == 4)
  }

  @Test(
    "Rows of other kinds, lengths or places are damaged, and never trap",
    arguments: [
      "answer = 7", "answer = ''", "answer = 'text'", "checksum = 1.5", "checksum = x''",
      "answer = answer || x'00'", "answer = zeroblob(length(answer) + 8)",
      "answer = (SELECT answer FROM answers WHERE length(answer) = 21)",
    ])
  func oddRows(assignment: String) throws {
    try Journal(path: path, identity: identity).record(Array(zip(requests, responses)))
    try edit("UPDATE answers SET \(assignment) WHERE length(answer) = 16")
    let (found, notice) = try reopened()
    #expect(Set(found.keys) == [1, 2, 3] && notice?.damaged == 1)
  }

  @Test("What an earlier version recorded without checksums is counted, kept, and not used")
  func earlierFormat() throws {
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try edit("CREATE TABLE answers (request BLOB PRIMARY KEY, answer BLOB NOT NULL) WITHOUT ROWID")
    for (request, response) in zip(requests, responses) {
      let (key, bytes) = (identity.key(of: request), response.bytes)
      try edit("INSERT INTO answers VALUES (x'\(hexadecimal(key))', x'\(hexadecimal(bytes))')")
    }
    let (found, notice) = try reopened()
    #expect(found.isEmpty && notice?.withoutChecksum == 4 && notice?.damaged == 0)
    let journal = try Journal(path: path, identity: identity)
    #expect(try journal.count == 4)
    try journal.record(Array(zip(requests, responses)))
    #expect(try journal.responses(to: requests).count == 4)
  }

  @Test("A journal records its numerics and its tokenizer")
  func identitiesStandInIt() throws {
    for numerics in ["1", "2", "1"] {
      _ = try Journal(path: path, identity: JournalIdentity(tokenizer: "bytes", numerics: numerics))
    }
    let rows = try SQLiteConnection(path: path, patience: 1)
      .rows("SELECT numerics, tokenizer FROM identities ORDER BY numerics")
    #expect(rows == [[.text("1"), .text("bytes")], [.text("2"), .text("bytes")]])
  }

  @Test("Another program's database is not touched, and a later format is not read")
  func otherDatabases() throws {
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try edit("CREATE TABLE songs (title TEXT)")
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(throws: JournalError(path, .otherDatabase(tables: ["songs"]))) {
      try Journal(path: path, identity: identity)
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    try edit("CREATE TABLE answers (request BLOB, answer BLOB); PRAGMA user_version = 3")
    #expect(throws: JournalError(path, .newerFormat(found: 3, known: 2))) {
      try Journal(path: path, identity: identity)
    }
  }

  private func edit(_ sql: String) throws {
    try SQLiteConnection(path: path, patience: 1).execute(sql)
  }

  private func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String(format: "%02x", $0) }.joined()
  }

  /// What a journal that is opened anew finds, and what it says of the rest.
  private func reopened() throws -> (found: [Int: Response], notice: JournalNotice?) {
    let notices = Mutex<[JournalNotice]>([])
    let journal = try Journal(path: path, identity: identity) { notice in
      notices.withLock { $0.append(notice) }
    }
    let found = try journal.responses(to: requests)
    for (index, response) in found { #expect(response == responses[index]) }
    return (found, notices.withLock { $0.first })
  }

  @Test("A file that is no journal is not touched")
  func damaged() throws {
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    let path = folder.path + "/text"
    let text = String(repeating: "this is no database. ", count: 100)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let error = #expect(throws: JournalError.self) { try Journal(path: path, identity: identity) }
    #expect(error?.kind == .damaged)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
  }

  @Test("A folder that cannot be made is one sentence")
  func unwritable() {
    let error = #expect(throws: JournalError.self) {
      try Journal(path: "/dev/null/journal/weights.sqlite", identity: identity)
    }
    #expect(error?.path == "/dev/null/journal/weights.sqlite")
    guard case .noFolder = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}

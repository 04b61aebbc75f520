import Configurate
import Documents
import Foundation
import Jobs
import JobsTesting
import Testing

@testable import Training

@Suite("Tokenise jobs")
struct TokenizeTests {
  private let root: TemporaryRoot

  init() throws { root = try TemporaryRoot() }

  private func make<J: TokenizeDataset>(
    _ type: J.Type, _ settings: SettingsTree, name: String = "set", tokenizer: String = "bytes"
  ) throws -> J {
    var settings = settings
    settings["tokenizer/backend"] = SettingsTree(.text(tokenizer))
    return try withConfiguration(J.configuration(runtime: settings)) {
      try J(spec: .local(root: root.path, name: name))
    }
  }

  private func ids16(_ name: String, folder: String = "set") throws -> [Int] {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(root.path)/data/\(folder)/\(name)"))
    return stride(from: 0, to: data.count, by: 2).map { Int(data[$0]) | Int(data[$0 + 1]) << 8 }
  }

  private func ids32(_ name: String, folder: String = "set") throws -> [Int] {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(root.path)/data/\(folder)/\(name)"))
    return stride(from: 0, to: data.count, by: 4).map { Int(data[$0]) | Int(data[$0 + 1]) << 8 }
  }

  // The SHA-256 of files are those that `sha256sum` finds.

  /// `random.Random(2357)`: `[i for i in range(60) if r.random() < 0.05]` is 6, 24, 33, 35, 54.
  @Test(
    "Tokenising holds out the documents that Python's generator draws, and ends each",
    arguments: ["jsonl", "csv", "tsv", "txt"])
  func documents(kind: String) throws {
    let numbers = 0..<60
    let text =
      switch kind {
      case "jsonl": numbers.map { "{\"id\": 3, \"text\": \"\(100 + $0)\"}\n" }.joined()
      case "csv": "id,text\r\n" + numbers.map { "\($0),\"\(100 + $0)\"\r\n" }.joined()
      case "tsv": "text\tid\n" + numbers.map { "\(100 + $0)\t\($0)" }.joined(separator: "\n")
      default: numbers.map { "\(100 + $0)\n" }.joined()
      }
    let path = try root.write(text, to: "documents." + kind)
    let job = try make(
      TokenizeVariable.self, ["data/dataset": SettingsTree(.text(path)), "data/documents": "line"],
      tokenizer: "trivial")
    #expect(!job.done)
    try job.run()
    #expect(job.done)
    let held = [6, 24, 33, 35, 54]
    #expect(try ids32("val.bin") == held.flatMap { [100 + $0, 0] })
    #expect(try ids32("train.bin") == numbers.filter { !held.contains($0) }.flatMap { [100 + $0, 0] })
    let manifest = try TokenManifest(folder: root.path + "/data/set")
    #expect(manifest.element == .uint32 && manifest.tokenizer == "trivial" && manifest.style == .pmd)
    #expect(manifest.train == .init(tokens: 110, documents: 55))
    #expect(manifest.val == .init(tokens: 10, documents: 5))
    #expect(try FileManager.default.contentsOfDirectory(atPath: root.path + "/data") == ["set"])
  }

  @Test("Tokenising holds out the end of a text, without an end within it")
  func position() throws {
    let path = try root.write("abcdefghij", to: "text.txt")
    let job = try make(
      TokenizeVariable.self,
      ["data/dataset": SettingsTree(.text(path)), "data/split_by": "position", "data/val_pct": 0.3])
    try job.run()
    #expect(try ids16("train.bin") == "abcdefg".utf8.map { Int($0) + 1 })
    #expect(try ids16("val.bin") == "hij".utf8.map { Int($0) + 1 })
    #expect(
      try TokenManifest(folder: root.path + "/data/set").digests == [
        "train.bin": "8589db0f7ffd01163df1d3944ff6c6718bde4e623eb9ff94f5faa7d3f35372b6",
        "val.bin": "99e43808f0cc9df6f2a31f9e6dc0ec210fe0b8ccc6c89d0df97d48b28baac039",
      ])
  }

  @Test("Tokenising reads several files, as many documents and tokens as are wanted")
  func limits() throws {
    let first = try root.write("one\ntwo\n", to: "a.txt")
    let second = try root.write("{\"body\": \"three\"}\n\n{\"body\": \"four\"}\n", to: "b.jsonl")
    let paths = SettingsTree(.list([SettingsTree(.text(first)), SettingsTree(.text(second))]))
    let settings: SettingsTree = [
      "data/dataset": paths, "data/documents": "line", "data/field": "body", "data/val_pct": 0,
      "data/end_of_text": "around",
    ]
    var some = settings
    some["data/max_samples"] = 3
    try make(TokenizeVariable.self, some, name: "three").run()
    func around(_ words: [String]) -> [Int] { words.flatMap { [257] + $0.utf8.map { Int($0) + 1 } + [257] } }
    #expect(try ids16("train.bin", folder: "three") == around(["one", "two", "three"]))
    #expect(!FileManager.default.fileExists(atPath: root.path + "/data/three/val.bin"))
    some = settings
    some["data/max_tokens"] = 6
    try make(TokenizeVariable.self, some, name: "six").run()
    #expect(try ids16("train.bin", folder: "six") == around(["one", "two"]))
  }

  /// `random.Random(2357).shuffle` of twenty begins with 14, 1, 9, 7.
  @Test("Tokenising makes rows of the last tokens, and holds out the first of a shuffle")
  func blockwise() throws {
    let path = try root.write(
      (0..<20).map { "\(String(repeating: "7 ", count: $0 % 5))\(100 + $0)\n" }.joined(), to: "rows.txt")
    let job = try make(
      TokenizeBlockwise.self,
      [
        "data/dataset": SettingsTree(.text(path)), "data/documents": "line", "data/val_pct": 0.2,
        "architecture/block_size": 4, "data/pad_token": 9,
      ], tokenizer: "trivial")
    try job.run()
    let shape = try String(contentsOfFile: root.path + "/data/set/shape.json", encoding: .utf8)
    #expect(shape == "{\"train\": [16, 4], \"val\": [4, 4]}\n")
    #expect(try ids32("val.bin") == [9, 7, 101, 0] + [7, 7, 107, 0] + [7, 7, 109, 0] + [7, 7, 114, 0])
    #expect(Array(try ids32("train.bin").prefix(8)) == [9, 9, 100, 0] + [7, 7, 102, 0])
    let mask = try Data(contentsOf: URL(fileURLWithPath: root.path + "/data/set/val.bin.mask"))
    #expect(Array(mask.prefix(8)) == [0, 1, 1, 1, 1, 1, 1, 1])
    let digests = try #require(try TokenManifest(folder: root.path + "/data/set").digests)
    #expect(
      digests.keys.sorted() == ["shape.json", "train.bin", "train.bin.mask", "val.bin", "val.bin.mask"])
    #expect(digests["shape.json"] == "5e1d8db9e84861f0630c84f37c0b339acb47d2b84fa4ee07649f99cd8e01f7e3")
    #expect(digests["val.bin"] == "de7928aa338751a951bfd9ed7b0f32c0793a54efd5c3cfea7b3fa19555714b9a")
    #expect(digests["val.bin.mask"] == "6c014c89abbc90a6e18d92cca238f2cc0987918516b2bc0d164da54f99182a3a")
    let rows = try openRows(
      folder: root.path + "/data/set", style: .padded, tokenizer: "trivial", vocabularySize: 200, blockSize: 3
    )
    #expect(try rows.validationRow(0).targets == [-1, 101, 0])
  }

  @Test("A file that is longer than what is read at once is read whole")
  func longFile() throws {
    let line = "The quick brown fox jumps over the lazy dog, again and again.\n"
    let count = 3 * (1 << 20) / line.utf8.count
    let path = try root.write(String(repeating: line, count: count), to: "long.txt")
    try make(
      TokenizeVariable.self, ["data/dataset": SettingsTree(.text(path)), "data/val_pct": 0]
    ).run()
    let ids = try ids16("train.bin")
    #expect(ids.count == count * line.utf8.count + 1 && ids.last == 257)
    #expect(
      try TokenManifest(folder: root.path + "/data/set").digests
        == ["train.bin": "d04bb3586af1f24d73f414c28633f125586b00a87cf150a3f33f599669ca785d"])
    #expect(ids.dropLast().elementsEqual(String(repeating: line, count: count).utf8.lazy.map { Int($0) + 1 }))
  }

  @Test("A text that cannot be read is an error with its line, and nothing is left behind")
  func errors() throws {
    func run(_ text: Data, _ name: String) throws {
      let path = root.path + "/" + name
      try text.write(to: URL(fileURLWithPath: path))
      try make(TokenizeVariable.self, ["data/dataset": SettingsTree(.text(path))]).run()
    }
    func document(_ text: Data, _ name: String) -> DocumentError? {
      #expect(throws: DocumentError.self) { try run(text, name) }
    }
    func job(_ text: Data, _ name: String) -> JobError.Kind? {
      let error = #expect(throws: JobError.self) { try run(text, name) }
      return error?.kind
    }
    func path(_ name: String) -> String { root.path + "/" + name }
    func place(_ name: String, _ line: Int) -> String { "'\(path(name))', line \(line)" }
    func lines(_ text: String) -> Data { Data(text.utf8) }
    #expect(
      document(lines("good\n") + Data([0xFF, 0x0A]), "a.txt")
        == DocumentError(.notUTF8, path: path("a.txt"), at: .line(2)))
    #expect(
      job(lines("{\"text\": 1}\n"), "a.jsonl")
        == .malformedFile(path: path("a.jsonl"), .field("text", place: place("a.jsonl", 1))))
    #expect(
      job(lines("{\"text\": \"a\"}\n{\"txt\": \"b\"}\n"), "b.jsonl")
        == .malformedFile(
          path: path("b.jsonl"), .noField("text", place: place("b.jsonl", 2), nearest: "txt")))
    let cut = document(lines("{\"text\": \"a\"}\n{\"tex\n"), "c.jsonl")
    guard case .noJSON? = cut?.kind, cut?.line == 2 else {
      Issue.record("\(String(describing: cut))")
      return
    }
    #expect(
      job(lines("id,txet\n1,a\n"), "a.csv")
        == .malformedFile(path: path("a.csv"), .noField("text", place: place("a.csv", 1), nearest: "txet")))
    #expect(
      document(lines("id,text\n1,a\n2\n"), "b.csv")
        == DocumentError(.cells(found: 1, expected: 2), path: path("b.csv"), at: .line(3)))
    #expect(
      document(lines("id,text\n1,\"a\nb\n"), "c.csv")
        == DocumentError(.openQuote, path: path("c.csv"), at: .line(2)))
    guard case .ending? = job(lines("a"), "a.parquet") else {
      Issue.record("a file of another ending")
      return
    }
    #expect(job(lines(""), "empty.txt") == .emptyCorpus)
    let missing = #expect(throws: JobError.self) {
      try make(TokenizeVariable.self, ["data/dataset": "/no/file.txt"]).run()
    }
    #expect(missing?.kind == .missingFile(path: "/no/file.txt", .corpus))
    let left = (try? FileManager.default.contentsOfDirectory(atPath: root.path + "/data")) ?? []
    #expect(left == [])
    _ = try root.write("some text", to: "other.txt")
    try run(lines("some text"), "fine.txt")
    guard case .occupied(_, .otherData)? = job(lines("some other text"), "fine.txt") else {
      Issue.record("data that were made in another way")
      return
    }
  }

  @Test("Data of a link are made anew where the file behind it has changed, and data of a pipe always")
  func changed() throws {
    let path = try root.write("some text", to: "a.txt")
    let link = root.path + "/link.txt"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    let settings: SettingsTree = ["data/dataset": SettingsTree(.text(link))]
    try make(TokenizeVariable.self, settings).run()
    #expect(try make(TokenizeVariable.self, settings).done)
    _ = try root.write("some other text", to: "a.txt")
    #expect(try !make(TokenizeVariable.self, settings).done)

    let pipe = Pipe()
    try pipe.fileHandleForWriting.write(contentsOf: Data("text".utf8))
    try pipe.fileHandleForWriting.close()
    let handed = SettingsTree(.text("/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"))
    let job = try make(
      TokenizeVariable.self, ["data/dataset": handed, "data/format": "text"], name: "piped")
    try job.run()
    #expect(try ids16("train.bin", folder: "piped").count == 5)
    #expect(!job.done)
  }

  @Test("Of several jobs that make the same data at once, one makes it and all end well")
  func atOnce() async throws {
    let text = (0..<50_000).map { "line \($0)\n" }.joined()
    let path = try root.write(text, to: "long.txt")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          try make(TokenizeVariable.self, ["data/dataset": SettingsTree(.text(path))], name: "shared").run()
        }
      }
      try await group.waitForAll()
    }
    #expect(try ids16("train.bin", folder: "shared").count == text.utf8.count + 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: root.path + "/data") == ["shared"])
  }
}

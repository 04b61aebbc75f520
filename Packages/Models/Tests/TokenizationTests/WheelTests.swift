import Foundation
import Testing

@testable import Tokenization

/// Against the wheel `tokenizers` itself, on random texts, source code and WikiText-2.
///
/// `ASSAY_PYTHON` names a Python that has the wheel. `ASSAY_RANDOM_TEXTS` says how many random texts, and asks for all source
/// code and pages too; 500 random texts and a sixteenth of the rest unless said.
@Suite(
  "The wheel", .enabled(if: Wheel.python != nil, "ASSAY_PYTHON names no Python with the wheel tokenizers"))
struct WheelTests {
  static let shared = [
    "tokenizers/gpt2", "tokenizers/gpt-neox", "tokenizers/qwen2", "tokenizers/smollm2", "models/stories260K",
  ]

  @Test(
    "Small tokenizers of Llama's kind agree with the wheel tokenizers on random texts, source code and WikiText-2",
    arguments: ReferenceIDsTests.small)
  func smallTokenizers(name: String) throws {
    try compare(ReferenceIDsTests.path(name))
  }

  @Test(
    "Tokenizers of real models agree with the wheel tokenizers on random texts, source code and WikiText-2",
    .enabled(if: SharedFolder.exists, "needs the shared folder beside the repository"), arguments: shared)
  func realTokenizers(folder: String) throws {
    try compare(SharedFolder.url.appending(path: "\(folder)/tokenizer.json").path)
  }

  private func compare(_ path: String) throws {
    let tokenizer = try Tokenizers.forBackbone(at: path)
    for (kind, texts) in try Wheel.texts() {
      let wheel = try Wheel(path, texts)
      let (ids, full) = (
        try texts.map { try tokenizer.encode($0, addingSpecialTokens: false) },
        try tokenizer.encodeBatch(texts)
      )
      var (differing, example) = (0, "")
      for (number, text) in texts.enumerated() {
        let decoded = try tokenizer.decode(ids[number])
        let ordinary = try tokenizer.encodeOrdinary(text)
        let isEqual =
          ids[number] == wheel.ids[number] && full[number] == wheel.full[number]
          && ordinary == wheel.ordinary[number]
          && decoded.unicodeScalars.elementsEqual(wheel.decoded[number].unicodeScalars)
        guard !isEqual else { continue }
        if differing == 0 {
          example =
            "\(text.debugDescription)\n\(ids[number])\n\(wheel.ids[number])\n\(ordinary)\n\(wheel.ordinary[number])\n\(decoded.debugDescription)\n\(wheel.decoded[number].debugDescription)"
        }
        differing += 1
      }
      #expect(differing == 0, "\(differing) of \(texts.count) \(kind) differ, the first: \(example)")
      print("\(path): \(texts.count - differing) of \(texts.count) \(kind) equal")
    }
  }
}

/// What the wheel makes of texts.
struct Wheel {
  let ids: [[Int32]]
  let full: [[Int32]]
  let ordinary: [[Int32]]
  let decoded: [String]

  static let python = ProcessInfo.processInfo.environment["ASSAY_PYTHON"]
  private static let root = (0..<5).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
    url.deletingLastPathComponent()
  }

  init(_ tokenizer: String, _ texts: [String]) throws {
    let folder = try Self.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let (given, out) = (folder.appending(path: "texts.json"), folder.appending(path: "out"))
    try JSONEncoder().encode(texts).write(to: given)
    try Self.run(["encode", tokenizer, given.path, out.path])
    func rows(_ kind: String) throws -> [[Int32]] {
      let lines = try Data(contentsOf: out.appendingPathExtension(kind)).split(
        separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      return lines.dropLast().map { line in
        line.split(separator: UInt8(ascii: " ")).map {
          $0.reduce(0) { $0 * 10 + Int32($1 - UInt8(ascii: "0")) }
        }
      }
    }
    (ids, full, ordinary) = (try rows("ids"), try rows("full"), try rows("ordinary"))
    decoded = try JSONDecoder().decode(
      [String].self, from: Data(contentsOf: out.appendingPathExtension("decoded")))
  }

  /// Random texts, our own source code, and the pages of WikiText-2 where they are.
  static func texts() throws -> [(kind: String, texts: [String])] {
    let count = ProcessInfo.processInfo.environment["ASSAY_RANDOM_TEXTS"].flatMap { Int($0) }
    var all = [
      ("random texts", Array(UnicodeText(count: count ?? 500))), ("files of source code", try sources()),
    ]
    let pages = SharedFolder.url.appending(path: "eval/wikitext_document_level/wikitext-2-raw-v1/test.jsonl")
    if let lines = try? String(contentsOf: pages, encoding: .utf8) {
      let texts = try lines.split(separator: "\n").map { line in
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return try #require(object?["page"] as? String)
      }
      all.append(("pages of WikiText-2", texts))
    }
    guard count == nil else { return all }
    return all.map { kind, texts in
      (kind, kind == all[0].0 ? texts : stride(from: 0, to: texts.count, by: 16).map { texts[$0] })
    }
  }

  private static func sources() throws -> [String] {
    let places = ["Packages/Models/Sources", "Packages/TensorCore/Sources/CKernels", "Tools"]
    return try places.flatMap { place in
      let folder = root.appending(path: place).path
      let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
      return try names.filter { ["swift", "c", "h", "py"].contains(($0 as NSString).pathExtension) }.sorted()
        .map {
          try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)
        }
    }
  }

  private static func temporaryFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: "assay-wheel-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  private static func run(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(python))
    process.arguments = [root.appending(path: "Tools/make-references/tokenizers_wheel.py").path] + arguments
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(arguments)")
  }
}

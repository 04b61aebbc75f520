import Basics
import Compression
import Foundation
import Runs
import Testing

@testable import Reports

@Suite("Report")
struct ReportTests {
  @Test("A page holds a run's results, and each sample in a block that is found by its line")
  func holdsResultsAndSamples() throws {
    let folder = try RunFolder(rights: (0..<150).map { $0 % 3 == 0 })
    let run = try ReportedRun(StoredRun(folder: folder.path), label: "a <run>", tokenText: { "t\($0)" })
    let page = ReportPage(try Report([run]).page())
    #expect(page.html.contains("a &lt;run&gt;") && !page.html.contains("a <run>"))
    #expect(page.html.contains("0.3333") && page.html.contains("Calibration"))
    let manifest = try #require(try page.block("manifest")?.object)
    let task = try #require(manifest["tasks"]?.list?.first?.object)
    #expect(task["chunks"]?.list?.first?.list?.compactMap(\.integer) == [0, 64, 128])
    let index = try #require(try page.block("i0.0")?.object)
    let column = try #require(index["runs"]?.list?.first?.object)
    let states = Array(try #require(column["state"]?.text))
    #expect(states.prefix(4) == ["1", "2", "2", "1"] && states.count == 150)
    let record = try #require(try page.block("s0.0.1")?.list?[10].object)
    #expect(record["document"]?.object?["question"]?.text == "question 74")
    #expect(record["requests"]?.list?[1].object?["tokens"]?.list?.compactMap(\.integer) == [5])
    #expect(record["requests"]?.list?[1].object?["argmax"]?.list?.compactMap(\.integer) == [9])
    #expect(try page.block("v0")?.object?["9"]?.text == "t9")
  }

  @Test("Samples of two runs stand in one row each, also where one run lacks some")
  func pairsRuns() throws {
    let first = try RunFolder(rights: [true, true, false, false])
    let second = try RunFolder(rights: [true, false, true])
    let runs = try [first, second].enumerated().map { index, folder in
      try ReportedRun(StoredRun(folder: folder.path), label: "run \(index)")
    }
    let page = ReportPage(try Report(runs).page())
    let columns = try #require(try page.block("i0.0")?.object?["runs"]?.list)
    #expect(columns.map { $0.object?["state"]?.text } == ["1122", "121/"])
    #expect(page.html.contains("1 right became wrong, 1 wrong became right"))
    #expect(page.html.contains("name=\"flipped\""))
  }

  @Test("Hostile texts stay within blocks and escapes")
  func hostileTexts() throws {
    let text = "</script><script>alert(1)</script>"
    let folder = try RunFolder(rights: [true, false], question: text + "\\ud800 \\u0000")
    let page = ReportPage(try Report([ReportedRun(StoredRun(folder: folder.path), label: text)]).page())
    #expect(!page.html.contains("alert(1)</script>") && page.html.contains("&lt;script&gt;alert(1)"))
    let record = try #require(try page.block("s0.0.0")?.list?[0].object)
    #expect(record["document"]?.object?["question"]?.text == text + "\u{FFFD} \u{0} 0")
  }

  @Test("Labels are names, with ids where names are the same")
  func labelsAreUnique() throws {
    let (a, b) = (try RunFolder(rights: [true]), try RunFolder(rights: [false]))
    let runs = try [a, b].map { try StoredRun(folder: $0.path) }
    #expect(Set(ReportedRun.labels(of: runs)).count == 2)
  }
}

/// A page taken apart.
private struct ReportPage {
  let html: String

  init(_ data: Data) { html = String(decoding: data, as: UTF8.self) }

  func block(_ name: String) throws -> JSONValue? {
    let parts = html.split(separator: "data-block=\"\(name)\">")
    guard parts.count == 2, let base64 = parts[1].split(separator: "<").first,
      let stream = Data(base64Encoded: String(base64))
    else { return nil }
    let bytes = GzipStreamReader(Array(stream)).bytes
    return try JSONValue(bytes)
  }
}

/// All that a stream holds.
private struct GzipStreamReader {
  let bytes: [UInt8]

  init(_ stream: [UInt8]) {
    var (rest, all) = (stream, [UInt8]())
    guard let inflater = try? GzipStream() else { preconditionFailure("zlib has no memory") }
    func read() -> [UInt8] {
      defer { rest = [] }
      return rest
    }
    while let part = try? inflater.next(1 << 16, read), !part.isEmpty { all += part }
    bytes = all
  }
}

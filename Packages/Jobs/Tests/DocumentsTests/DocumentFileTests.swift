import Basics
import Foundation
import Templating
import Testing

@testable import Documents

@Suite("Files of documents")
struct DocumentFileTests {
  private func read(_ text: String, _ ending: String) throws -> [TemplateDictionary] {
    let path = NSTemporaryDirectory() + "documents-\(UUID().uuidString).\(ending)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return try DocumentFile.read(path)
  }

  private func lines(_ text: String, _ ending: String) throws -> [String] {
    try read(text, ending).map { try TemplateValue.dictionary($0).json() }
  }

  /// What is wrong with a text, and where.
  private func problem(_ text: String, _ ending: String) throws -> DocumentError {
    try #require(throws: DocumentError.self) { try read(text, ending) }
  }

  @Test("JSON lines end at LF, CRLF and CR, and a byte order mark and blank lines are no documents")
  func jsonLines() throws {
    for end in ["\n", "\r\n", "\r"] {
      let text = ["\u{FEFF}{\"a\": 1}", "", " \t", "{\"a\": 2}"].joined(separator: end)
      #expect(try lines(text, "jsonl") == ["{\"a\": 1}", "{\"a\": 2}"])
    }
  }

  @Test("CSV has its names from the first row, from a list, or from the numbers of its columns")
  func headers() throws {
    let path = NSTemporaryDirectory() + "documents-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("\"What, is it?\",1\nq2,2\n".utf8).write(to: URL(fileURLWithPath: path))
    func lines(_ header: SeparatedDocuments.Header) throws -> [String] {
      try DocumentFile.read(path, header: header).map { try TemplateValue.dictionary($0).json() }
    }
    let second = "{\"q\": \"q2\", \"n\": 2}"
    #expect(
      try lines(.names(["q", "n"], dropsFirstRow: false)) == ["{\"q\": \"What, is it?\", \"n\": 1}", second])
    #expect(try lines(.names(["q", "n"], dropsFirstRow: true)) == [second])
    #expect(
      try lines(.numbers) == ["{\"0\": \"What, is it?\", \"1\": 1}", "{\"0\": \"q2\", \"1\": 2}"])
    #expect(try lines(.firstRow) == ["{\"What, is it?\": \"q2\", \"1\": 2}"])
    #expect(throws: DocumentError.self) { try lines(.names(["q"], dropsFirstRow: false)) }
    // A number ends with its cell, and not before a zero byte in it.
    try Data("q,n\na,1.5\0\n".utf8).write(to: URL(fileURLWithPath: path))
    #expect(try lines(.firstRow) == [#"{"q": "a", "n": "1.5\u0000"}"#])
  }

  @Test(
    "JSON of objects on one line, over several and in one list is read alike, whatever the file is called")
  func jsonLayouts() throws {
    let two = ["{\"a\": 1}", "{\"a\": 2}"]
    let pretty = two.map { $0.replacing("{", with: "{\n  ").replacing("}", with: "\r\n}") }
    let layouts: [String] = [
      two.joined(), two.joined(separator: " "), pretty.joined(separator: "\n"), pretty.joined(),
      "[" + two.joined(separator: ",") + "]", " [\n" + pretty.joined(separator: "\n,\n") + "\n]\n",
    ]
    for text in layouts {
      for ending in ["jsonl", "json"] { #expect(try lines(text, ending) == two, "\(text)") }
    }
    #expect(try lines("[]", "jsonl").isEmpty)
    let faults: [(text: String, line: Int)] = [
      ("{\"a\":\n1,\n}\n", 3), ("[{\"a\": 1}\n", 1), ("[{\"a\": 1}]\n{}", 2), ("{\"a\": 1},\n{}", 1),
      ("{\"a\": 1}\n{\"a\": \"x\ny\"}", 2), ("{\"a\":\n{\"b\": [1,", 2), ("{}\n\u{feff}{}", 2),
    ]
    for (text, line) in faults {
      #expect(try problem(text, "jsonl").line == line, "\(text)")
    }
    let last = try problem("{\"a\": 1}\n{\"a\": 1} [1]", "jsonl")
    #expect(last.line == 2 && last.found == "a list")
  }

  @Test("An object over a hundred thousand lines is read in time proportional to its bytes")
  func manyLines() throws {
    let text = "{\n" + (0..<100_000).map { "\"k\($0)\":\n1" }.joined(separator: ",\n") + "\n}\n{\"b\": 2}"
    #expect(try read(text, "jsonl").map(\.count) == [100_000, 1])
  }

  @Test("Half a surrogate pair is an error with its line, as in the package datasets")
  func surrogates() throws {
    #expect(try read("{\"a\": \"\\ud83d\\ude00\"}", "jsonl")[0]["a"] == "😀")
    #expect(try problem("{}\n{\"a\": \"x\\ud800y\"}", "jsonl").line == 2)
  }

  @Test("Whole numbers of a column that has fractions are floats, as datasets 5.2 reads them")
  func numberColumns() throws {
    func unified(_ text: String) throws -> [String] {
      try NumberColumns.unified(read(text, "jsonl")).map { try TemplateValue.dictionary($0).json() }
    }
    #expect(
      try unified("{\"a\":1,\"b\":2}{\"a\":1.5,\"b\":3}{\"a\":null}") == [
        "{\"a\": 1.0, \"b\": 2}", "{\"a\": 1.5, \"b\": 3}", "{\"a\": null}",
      ])
    #expect(
      try unified("{\"a\":[1,2]}{\"a\":[0.5]}{\"a\":[]}") == [
        "{\"a\": [1.0, 2.0]}", "{\"a\": [0.5]}", "{\"a\": []}",
      ])
    #expect(
      try unified("{\"a\":{\"x\":1}}{\"a\":{\"x\":0.5}}") == [
        "{\"a\": {\"x\": 1.0}}", "{\"a\": {\"x\": 0.5}}",
      ])
    let kept = ["{\"a\": 1}", "{\"a\": 0.5}", "{\"a\": \"x\"}"]
    #expect(try unified(kept.joined()) == kept)
    let differing = ["{\"a\": {\"x\": 1}}", "{\"a\": {\"x\": 0.5, \"y\": 1}}"]
    #expect(try unified(differing.joined()) == differing)
  }

  @Test("Numbers are what Python writes, and whole ones keep their digits")
  func numbers() throws {
    let document = try read(
      "{\"a\": NaN, \"b\": Infinity, \"c\": -Infinity, \"d\": 12345678901234567890123, \"e\": -9223372036854775809}",
      "jsonl")[0]
    #expect(document["b"] == .float(.infinity))
    #expect(document["c"] == .float(-.infinity))
    #expect(document["d"] == "12345678901234567890123")
    #expect(document["e"] == "-9223372036854775809")
  }

  @Test("A JSON file is a list, an object with 'data', one object, or lines")
  func wholeJSON() throws {
    let two = ["{\"a\": 1}", "{\"a\": 2}"]
    #expect(try lines("\u{FEFF}[\(two.joined(separator: ",\n"))]", "json") == two)
    #expect(try lines("{\"data\": [\(two.joined(separator: ","))]}", "json") == two)
    #expect(try lines("{\n\"data\": [\(two.joined(separator: ","))]}", "json") == two)
    #expect(try lines(two.joined(separator: "\n"), "json") == two)
    let number = try problem("[1]", "json")
    #expect(number.document == 0 && number.found == "a number")
    let half = try problem("{\"a\": 1}\n{\"a\": }\n", "json")
    guard case .noJSON = half.kind else {
      Issue.record(half)
      return
    }
    #expect(half.line == 2)
  }

  @Test("Blank lines of separated values are no rows, and a quote within a cell is text")
  func separated() throws {
    for (ending, separator) in [("csv", ","), ("tsv", "\t")] {
      for end in ["\n", "\r\n", "\r"] {
        let rows = [
          "\u{FEFF}q\(separator)n", "She said \"hi\"\(separator)1", "", "  ", "\"a\"\"b\"\(separator)2", "",
        ]
        let documents = try read(rows.joined(separator: end), ending)
        #expect(documents.map { $0["q"] } == ["She said \"hi\"", "a\"b"])
        #expect(documents.map { $0["n"] } == [.integer(1), .integer(2)])
      }
    }
    #expect(try read("q,n\n\"hi\" to me,1\n", "csv")[0]["q"] == "hi to me")
  }

  @Test("A column has one type: numbers with gaps, long whole numbers as texts, hexadecimal ones as texts")
  func columns() throws {
    let documents = try read("a,b,c\n1.0,12345678901234567890123,0x10\n,1,0x11\n", "csv")
    #expect(documents.map { $0["a"] } == [.float(1), .null])
    #expect(documents.map { $0["b"] } == ["12345678901234567890123", "1"])
    #expect(documents.map { $0["c"] } == ["0x10", "0x11"])
  }

  @Test("A column has the values that pandas 3.1 and datasets 5.2 give it")
  func pandasColumns() throws {
    let documents = try read("gap,truth,blank,text,none\n1,true, 7,NA,\n,FALSE,8 ,x,null\n", "csv")
    #expect(documents.map { $0["gap"] } == [.float(1), .null])
    #expect(documents.map { $0["truth"] } == [.boolean(true), .boolean(false)])
    #expect(documents.map { $0["blank"] } == [.integer(7), .integer(8)])
    #expect(documents.map { $0["text"] } == [.null, "x"])
    #expect(documents.map { $0["none"] } == [.null, .null])
  }

  @Test("Of two columns of one name both are kept")
  func repeatedNames() throws {
    #expect(try read("a,a,\n1,2,3\n", "csv")[0].keys == ["a", "a.1", "Unnamed: 2"])
  }

  @Test("A row that does not fit is named by its line")
  func raggedRow() throws {
    let cells = try problem("a,b\n1,\"2\n3\"\n4\n", "csv")
    #expect(cells.line == 4 && cells.kind == .cells(found: 1, expected: 2, row: 2))
    let quote = try problem("a,b\n1,\"2\n", "csv")
    #expect(quote.line == 2 && quote.kind == .openQuote)
    #expect(try problem("", "csv").kind == .noHeader)
    let list = try problem("{\"a\": 1}\n[1]\n", "jsonl")
    #expect(list.line == 2 && list.found == "a list")
  }

  @Test("Twenty thousand fields of one document each are read in time proportional to their bytes")
  func manyFields() throws {
    let text = (0..<20_000).map { "{\"k\($0)\":1}" }.joined(separator: "\n")
    #expect(try read(text, "jsonl").allSatisfy { $0.count == 1 })
  }
}

@Suite("Arrow files of others")
struct HostileArrowTests {
  /// A schema without columns and a batch of some rows, word by word as pyarrow writes them.
  private func file(rows: Int64) -> Data {
    let schema: [UInt32] = [
      0xFFFF_FFFF, 0x30, 0x10, 0x000A_0000, 0x0006_000C, 0x0008_0005, 0x0000_000A, 0x0004_0100, 0x0C,
      0x0008_0008, 0x0004_0000, 0x0000_0008, 0x0000_0004, 0,
    ]
    let batch: [UInt32] = [
      0xFFFF_FFFF, 0x48, 0x14, 0, 0x000A_0000, 0x0006_000E, 0x0008_0005, 0x0000_000A, 0x0004_0300, 0x10,
      0x000A_0000, 0x000C_0014, 0x0008_0004, 0x0000_000A, 0x14, 0x0C,
      UInt32(truncatingIfNeeded: rows), UInt32(truncatingIfNeeded: rows >> 32), 0, 0,
    ]
    return (schema + batch + [0xFFFF_FFFF, 0]).reduce(into: Data()) { data, word in
      withUnsafeBytes(of: word.littleEndian) { data.append(contentsOf: $0) }
    }
  }

  @Test("Negative rows, and more rows than the file can hold, are one sentence")
  func rows() throws {
    #expect(try ArrowDocuments.read(file(rows: 3), file: "a.arrow").count == 3)
    for rows in [-1, Int64.min, 1_000_000_000, Int64.max] {
      #expect(throws: DocumentError.self) { try ArrowDocuments.read(file(rows: rows), file: "a.arrow") }
    }
  }

  @Test("Values and texts are bounded by the size of the file")
  func budget() throws {
    let budget = ArrowBudget(fileSize: 10)
    try budget.take(values: 160)
    #expect(throws: ArrowError.self) { try budget.take(values: 1) }
    try budget.take(bytes: 10)
    #expect(throws: ArrowError.self) { try budget.take(bytes: 1) }
  }
}

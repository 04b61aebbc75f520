import Documents
import Foundation
import JobsTesting
import TensorCore
import Testing

@Suite("Separated values")
struct SeparatedRecordsTests {
  private let root: TemporaryRoot

  init() throws { root = try TemporaryRoot() }

  /// The UTF-8 of every cell, since Swift's texts are equal where they only look alike.
  private func bytes(_ rows: [[String]]) -> [[[UInt8]]] { rows.map { $0.map { Array($0.utf8) } } }

  private func read(_ path: String) throws -> [[String]] {
    let separator = UInt8(ascii: path.hasSuffix("tsv") ? "\t" : ",")
    var records = try SeparatedRecords(path: path, separator: separator)
    var rows: [[String]] = []
    while let row = try records.next() { rows.append(row) }
    return rows
  }

  /// As `list(csv.reader(open(path, newline="")))` of Python 3.11 has them, without empty rows.
  @Test(
    "Only ASCII characters separate values",
    arguments: [
      ("a\u{2028}b,c\u{2029}d\u{85}e\n", [["a\u{2028}b", "c\u{2029}d\u{85}e"]]),
      ("a\u{0B}b\u{0C}c\nd\n", [["a\u{0B}b\u{0C}c"], ["d"]]),
      ("a,\u{301}b\n", [["a", "\u{301}b"]]),
      ("\"\u{301}a,b\",\"c\u{200D}\"\n", [["\u{301}a,b", "c\u{200D}"]]),
      ("a\u{301},b\n\u{301},c", [["a\u{301}", "b"], ["\u{301}", "c"]]),
      ("a,b\rc,d\r\n\r\re,f\r", [["a", "b"], ["c", "d"], ["e", "f"]]),
      ("\"a\rb\r\nc\n\"\"d\",\"\"\r\n", [["a\rb\r\nc\n\"d", ""]]),
      ("a\"b,\"\"\n\"\"\n", [["a\"b", ""], [""]]),
    ])
  func ends(text: String, expected: [[String]]) throws {
    #expect(bytes(try read(root.write(text, to: "cells.csv"))) == bytes(expected))
  }

  @Test("A CRLF may be read in two halves, and lines are counted by all their ends")
  func halves() throws {
    let long = String(repeating: "x", count: (1 << 20) - 1)
    let path = try root.write(long + "\r\nb\r\"c", to: "long.csv")
    var records = try SeparatedRecords(path: path, separator: UInt8(ascii: ","))
    #expect(try records.next() == [long])
    #expect(try records.next() == ["b"])
    #expect(records.firstLine == 2)
    #expect(throws: DocumentError(.openQuote, path: path, at: .line(3))) { _ = try records.next() }
    let alone = try root.write(long + "\r", to: "alone.csv")
    #expect(try read(alone) == [[long]])
    for text in ["a\r\"b\"c\n", "a\r\"b\"\u{301}\n"] {
      let bad = try root.write(text, to: "bad.csv")
      #expect(throws: DocumentError(.textAfterQuote, path: bad, at: .line(2))) { _ = try read(bad) }
    }
  }

  @Test(
    "Separated values are those that Python reads", .enabled(if: Python.path != nil, "needs ASSAY_PYTHON"))
  func python() throws {
    let letters = [
      "a", "é", "e\u{301}", "\u{301}", "\u{2028}", "\u{2029}", "\u{85}", "\u{0B}", "\u{0C}", "\u{1C}", " ",
      "\u{200D}", "\u{1F1E9}", "'",
    ]
    let quoted = letters + [",", "\t", "\n", "\r", "\r\n", "\"\""]
    var random = PythonRandom(seed: 11)
    func text(_ separator: String) -> String {
      var text = ""
      for _ in 0..<6 {
        let cells = (0..<3).map { _ in
          let isQuoted = random.choice([true, false])
          let cell = (0..<4).map { _ in random.choice(isQuoted ? quoted : letters) }.joined()
          return isQuoted ? "\"\(cell)\"" : cell
        }
        text += cells.joined(separator: separator) + random.choice(["\n", "\r", "\r\n", "\r\n\n"])
      }
      return text
    }
    let names = (0..<200).map { String(format: "%03d", $0) + ($0 % 2 == 0 ? ".csv" : ".tsv") }
    for name in names { _ = try root.write(text(name.hasSuffix("csv") ? "," : "\t"), to: name) }
    let script = """
      import csv, glob, json, sys
      def rows(path):
        with open(path, newline="", encoding="utf-8") as file:
          return [row for row in csv.reader(file, delimiter="\\t" if path.endswith("tsv") else ",") if row]
      print(json.dumps([rows(path) for path in sorted(glob.glob(sys.argv[1] + "/*sv"))]))
      """
    let expected = try Python.output(of: script, root.path, as: [[[String]]].self)
    #expect(expected.count == names.count)
    for (name, expected) in zip(names, expected) {
      #expect(bytes(try read(root.path + "/" + name)) == bytes(expected), "\(name)")
    }
  }
}

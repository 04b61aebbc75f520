import Basics
import Documents
import Testing

/// The wording of all errors of documents; other tests compare their facts.
@Suite("Sentences of errors of documents")
struct ErrorSentenceTests {
  @Test(
    "Each sentence about documents is computed from the facts of its error",
    arguments: [
      (DocumentError(.missing, path: "a.csv"), "there is no file 'a.csv'"),
      (DocumentError(.unreadable(reason: "no permission"), path: "a"), "cannot read 'a': no permission"),
      (
        DocumentError(.noHeader, path: "a.csv"),
        "'a.csv' is empty; expected a header with the names of the columns"
      ),
      (
        DocumentError(.cells(found: 1, expected: 2, row: 2), path: "a.csv", at: .line(3)),
        "'a.csv', line 3: row 2: 1 cells under 2 names of columns"
      ),
      (
        DocumentError(.openQuote, path: "a.csv", at: .line(1)),
        "'a.csv', line 1: the quote of a cell is never closed"
      ),
      (
        DocumentError(.textAfterQuote, path: "a.csv", at: .line(1)),
        "'a.csv', line 1: text after the closing quote of a cell"
      ),
      (DocumentError(.notUTF8, path: "a.csv", at: .line(1)), "'a.csv', line 1: not UTF-8"),
      (
        DocumentError(
          .violation(.value(expected: "an object", found: "a list")), path: "a.json", at: .document(0)),
        "'a.json', document 0: expected an object, found a list"
      ),
      (
        DocumentError(.noJSON(JSONError(.surrogate, offset: 4)), path: "a.jsonl", at: .line(2)),
        "'a.jsonl', line 2: expected a JSON object: JSON, byte 4: half a surrogate pair"
      ),
      (
        DocumentError(.arrow(.value(expected: "numbers", found: "dates"), column: "day"), path: "a.arrow"),
        "'a.arrow': column 'day': expected numbers, found dates"
      ),
      (
        DocumentError(.arrow(.missing("schema"), column: nil), path: "a.arrow"), "'a.arrow': no schema"
      ),
    ])
  func sentence(error: DocumentError, expected: String) { #expect("\(error)" == expected) }

  @Test("The facts of an error of documents are read by name")
  func facts() {
    let cells = DocumentError(.cells(found: 1, expected: 2), path: "a.csv", at: .line(3))
    #expect((cells.line, cells.expected, cells.found, cells.fault) == (3, "2 cells", "1 cells", .badData))
    #expect(DocumentError(.missing, path: "a.csv").fault == .missingInput)
  }
}

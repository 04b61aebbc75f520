import Basics
import Testing

@testable import Parquet

@Suite("Sentences of errors of Parquet files")
struct ErrorSentenceTests {
  @Test(
    "Each sentence about Parquet files is computed from the facts of its error",
    arguments: [
      (ParquetError(.noParquet), "expected 'PAR1' at both ends of a Parquet file"),
      (ParquetError(.encrypted), "the Parquet file is encrypted, which is not read"),
      (ParquetError(.checksum, column: "a"), "column 'a': the checksum of a page does not fit its bytes"),
      (
        ParquetError(.tooLarge(part: "number of values")),
        "number of values: expected at most what a file of this size can hold"
      ),
      (.truncated("a page"), "a page ends too soon"),
      (
        ParquetError.violation(.value("rows", expected: "3", found: "2")).within("a"),
        "column 'a': rows: expected 3, found 2"
      ),
      (.violation(.unsupported("compression with LZO")), "compression with LZO is not supported"),
    ])
  func sentence(error: ParquetError, expected: String) {
    #expect("\(error)" == expected)
  }
}

/// What the rows of one file may take of memory, bounded by the size of the file.
///
/// A run of a million equal values takes three bytes, and a page of zeros compresses a thousandfold: without a bound a file
/// of 300 bytes becomes gigabytes. The bounds lie far above what files of that size hold in practice.
final class ParquetBudget {
  private var values: Int
  private var bytes: Int

  /// Values that any file may hold, and how many more for each of its bytes: 8 of one bit, and runs of nulls beside them.
  private static let (freeValues, valuesPerByte) = (4 << 20, 64)
  /// Bytes that any file may hold, and how many more for each of its own. Deflate reaches 1032.
  private static let (freeBytes, bytesPerByte) = (64 << 20, 1100)

  /// For how many values room is taken before they are there: what the footer announces need not come.
  static let mostReserved = 1 << 20

  init(fileSize: Int) {
    values = Self.freeValues + fileSize * Self.valuesPerByte
    bytes = Self.freeBytes + fileSize * Self.bytesPerByte
  }

  func take(values count: Int) throws(ParquetError) {
    guard count <= values else { throw ParquetError(.tooLarge(part: "number of values")) }
    values -= count
  }

  func take(bytes count: Int) throws(ParquetError) {
    guard count <= bytes else { throw ParquetError(.tooLarge(part: "length of the contents")) }
    bytes -= count
  }
}

import Basics

/// What the documents of one Arrow file may take of memory, bounded by the size of the file.
///
/// Null columns have no bytes, buffers may be named twice, and ranges of lists may overlap: without a bound, 300 kB become
/// gigabytes. A value of a sound file takes a bit at least, and no byte of a text belongs to two values.
final class ArrowBudget {
  private var values: Int
  private var bytes: Int

  /// How many values a byte of the file may stand for: 8 of one bit, and as many null ones beside them.
  private static let valuesPerByte = 16

  init(fileSize: Int) {
    values = fileSize * Self.valuesPerByte
    bytes = fileSize
  }

  func take(values count: Int) throws(ArrowError) {
    guard count <= values else {
      throw ArrowError(.value("number of values", expected: "at most what a file of this size can hold"))
    }
    values -= count
  }

  func take(bytes count: Int) throws(ArrowError) {
    guard count <= bytes else {
      throw ArrowError(.value("length of the texts", expected: "at most that of the file"))
    }
    bytes -= count
  }
}

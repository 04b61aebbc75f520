import Basics

/// What the documents of one Arrow file may take of memory, bounded by the size of the file.
///
/// Null columns have no bytes, buffers may be named twice, and ranges of lists may overlap: without a bound, 300 kB become
/// gigabytes. A value of a sound file takes a bit at least, and no byte of a text belongs to two values, but for views of texts.
final class ArrowBudget {
  private let fileSize: Int
  private var values: Int
  private var bytes: Int
  /// Bytes that come of fewer ones: those of compressed buffers, and of texts that several views share.
  private var derived: Int
  private var isCompressed = false

  /// How many values a byte of the file may stand for: 8 of one bit, and as many null ones beside them.
  private static let valuesPerByte = 16
  /// Derived bytes that any file may come to, and how many more for each of its own; and values of one with compressed buffers.
  private static let (freeBytes, bytesPerByte, freeValues, compressedValuesPerByte) = (
    64 << 20, 1100, 4 << 20, 64
  )

  init(fileSize: Int) {
    self.fileSize = fileSize
    values = fileSize * Self.valuesPerByte
    bytes = fileSize
    derived = Self.freeBytes + fileSize * Self.bytesPerByte
  }

  /// Takes the bytes that a compressed buffer comes to, which may be those of texts.
  func take(decompressed count: Int) throws(ArrowError) {
    try take(derived: count)
    bytes += count
    if !isCompressed { values += Self.freeValues + fileSize * Self.compressedValuesPerByte }
    isCompressed = true
  }

  /// Takes bytes of a text that other texts may share.
  func take(derived count: Int) throws(ArrowError) {
    guard (0...derived).contains(count) else {
      throw ArrowError(.value("length of its parts", expected: "what a file of this size can hold"))
    }
    derived -= count
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

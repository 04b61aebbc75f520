internal import TensorCore

/// Token ids one behind the other in a file, mapped into memory.
public struct TokenFile: Sendable {
  /// Where the file is.
  public let path: String
  /// How an id is stored.
  public let element: TokenManifest.Element
  /// How many ids there are.
  public let count: Int
  private let file: MappedFile

  /// - Parameter count: How many ids there must be.
  /// - Throws: ``TrainingError`` for a file that is missing or of another length.
  public init(path: String, element: TokenManifest.Element, count: Int) throws(TrainingError) {
    do { file = try MappedFile(path: path) } catch {
      throw TrainingError(.unmapped(path: error.path, reason: error.reason))
    }
    // A count is what a file says, and may be beyond all bounds.
    let (bytes, overflows) = count.multipliedReportingOverflow(by: element.byteCount)
    guard count >= 0, !overflows, file.byteCount == bytes else {
      throw TrainingError(
        .size(
          path: path, expected: overflows ? .max : bytes, found: file.byteCount,
          of: .ids(count: count, type: element.rawValue, byteCount: element.byteCount)))
    }
    self.path = path
    self.element = element
    self.count = count
  }

  /// The ids of a range.
  ///
  /// - Throws: ``TrainingError`` naming the place of an id that is not below `vocabularySize`.
  /// - Precondition: The range is within ``count``.
  func ids(_ range: Range<Int>, vocabularySize: Int) throws(TrainingError) -> [Int32] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "ids \(range) of \(count)")
    let ids: [UInt32] = file.withBytes { bytes in
      switch element {
      case .uint16:
        range.map { UInt32(bytes.unsafeLoadUnaligned(fromByteOffset: $0 * 2, as: UInt16.self)) }
      case .uint32: range.map { bytes.unsafeLoadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self) }
      }
    }
    if let bad = ids.firstIndex(where: { $0 >= UInt32(vocabularySize) }) {
      throw TrainingError(
        .id(
          path: path, index: range.lowerBound + bad, found: Int(ids[bad]), vocabularySize: vocabularySize))
    }
    return ids.map(Int32.init)
  }
}

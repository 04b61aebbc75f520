internal import TensorCore

/// Token ids one behind the other in a file, mapped into memory.
public struct TokenFile: Sendable {
  public let path: String
  public let element: TokenManifest.Element
  /// How many ids there are.
  public let count: Int
  private let file: MappedFile

  /// - Parameter count: How many ids there must be.
  /// - Throws: ``TrainingError`` for a file that is missing or of another length.
  public init(path: String, element: TokenManifest.Element, count: Int) throws(TrainingError) {
    do { file = try MappedFile(path: path) } catch { throw TrainingError(.missing, "\(error)") }
    guard count >= 0, file.byteCount == count * element.byteCount else {
      throw TrainingError(
        .badData,
        "'\(path)' must have \(count * element.byteCount) bytes, which are \(count) ids of \(element.rawValue), found \(file.byteCount)"
      )
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
        .badData,
        "'\(path)' has id \(ids[bad]) at \(range.lowerBound + bad), outside the vocabulary 0 ..< \(vocabularySize) of the model"
      )
    }
    return ids.map(Int32.init)
  }
}

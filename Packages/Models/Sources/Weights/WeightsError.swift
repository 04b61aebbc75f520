public import Basics
public import TensorCore

/// Weights that cannot be read, and why.
///
/// ``kind``, ``path`` and ``place`` are the facts; the sentence is computed from them.
public struct WeightsError: ReportableError, Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    // What is opened
    /// There is no such file or folder.
    case missing
    /// The system does not map the file.
    case unmapped(reason: String)
    /// The system does not let the file be written.
    case unwritable(reason: String)
    /// A file whose name does not end as weights do.
    case unknownEnding
    /// A pickle, which is never opened; `isOnly` where a folder holds no other weights.
    case pickle(isOnly: Bool)
    /// A folder with a LoRA adapter and without the model, `base`, that it adapts.
    case adapter(base: String?)
    /// A file that is one of several, of which one is not beside it.
    case noPart(String, of: Int)
    /// A tensor in two parts of a model.
    case inTwoParts(tensor: String)
    /// A folder with several weights, none of which is the model's.
    case severalWeights([String])
    /// A folder without weights.
    case noWeights

    // What is in the file
    /// There is no tensor of this name.
    case noTensor(String, nearest: String?)
    /// The file has no list of the texts of tokens.
    case noVocabulary(key: String)
    /// A name occurs twice; `what` is what it names: `tensor`, `array`, `metadata value`.
    case repeated(what: String, String)
    /// Two tensors share bytes.
    case overlap([String])
    /// A part, such as `header`, has another number of bytes than are promised.
    case size(of: String, expected: Int, found: Int)
    /// The bytes of a tensor do not have the CRC-32 that the file has beside them, in hexadecimal.
    case checksum(expected: String, found: String)
    /// A tensor whose shape, or whose place, no file can have.
    case shape(TensorFileError.Kind)
    /// A value of the metadata that is not what it must be.
    case value(key: String, expected: String, found: String)
    /// Elements of a type that is not computed with, in the words of the format.
    case elementType(found: String, isKnown: Bool)
    /// A tensor that the index puts elsewhere; no file where the index does not have it.
    case index(tensor: String, file: String, isListed: Bool)
    /// A header or an index that is no JSON, or not of its form.
    case noJSON(JSONError)
    /// The file is not as its format has it, or uses more of it than is read.
    case violation(Violation)
  }

  /// Where in the file.
  public enum Place: Sendable, Equatable {
    case tensor(String)
    /// A tensor of an archive of NumPy.
    case array(String)
    /// A member of an archive.
    case member(String)
    case byte(Int)
    /// A byte of an archive's directory.
    case directory(byte: Int)
  }

  public let kind: Kind
  public let path: String
  public let place: Place?

  public init(_ kind: Kind, path: String, at place: Place? = nil) {
    self.kind = kind
    self.path = path
    self.place = place
  }

  public var fault: Fault {
    switch kind {
    case .missing: .missingInput
    case .unwritable: .usage
    default: .badData
    }
  }

  public var tensor: String? {
    switch (kind, place) {
    case (.noTensor(let name, _), _), (.repeated("tensor", let name), _), (.repeated("array", let name), _),
      (.inTwoParts(let name), _),
      (.index(let name, _, _), _), (_, .tensor(let name)), (_, .array(let name)):
      name
    default: nil
    }
  }

  /// The key of the metadata.
  public var key: String? {
    switch kind {
    case .noVocabulary(let key), .value(let key, _, _), .repeated("metadata value", let key): key
    default: nil
    }
  }

  public var expected: String? {
    switch kind {
    case .size(_, let expected, _): "\(expected) bytes"
    case .checksum(let expected, _), .value(_, let expected, _): expected
    case .noJSON(let error): error.expected
    case .violation(let violation): violation.expected
    case .index(_, let file, true): file
    default: nil
    }
  }

  public var found: String? {
    switch kind {
    case .size(_, _, let found): "\(found) bytes"
    case .value(_, _, let found), .elementType(let found, _), .checksum(_, let found): found
    case .noJSON(let error): error.found
    case .violation(let violation): violation.found
    case .noTensor(let name, _): name
    default: nil
    }
  }

  /// The name, of a tensor or of a field, that is nearest to one that is not there.
  public var nearest: String? {
    switch kind {
    case .noTensor(_, let nearest): nearest
    case .violation(let violation): violation.nearest
    default: nil
    }
  }
}

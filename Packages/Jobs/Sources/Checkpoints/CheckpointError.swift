public import Basics

/// Why a checkpoint could not be read or written. The facts are in ``kind``; the sentence is made of them.
public struct CheckpointError: ReportableError, Sendable, Equatable, Codable {
  /// What is wrong, with all that is known about it.
  public enum Kind: Sendable, Equatable, Codable {
    /// The system does not open the file, or it is of a kind that cannot be mapped.
    case unopened(reason: String, isThere: Bool)
    /// The first bytes, at most 8, are not those of HDF5.
    case notHDF5(found: [UInt8])
    /// The first block has a version that HDF5 has not defined.
    case superblockVersion
    /// The first block is damaged, or counts addresses otherwise.
    case superblock
    /// Sizes of the file in bytes, as its header has it and as it is.
    case truncated(expected: Int, found: Int)
    /// The file is not as HDF5 has it, or uses more of it than a checkpoint does.
    case hdf5(HDF5Fault)
    /// The attribute `format` is missing or another.
    case format(found: String?)
    /// The attribute `version` is missing or another.
    case version(found: Int?)
    /// The elements of a tensor are not those that were written.
    case tensorDigest(tensor: String, expected: String, found: String)
    /// Format, version or settings are not those that were written.
    case settingsDigest(expected: String, found: String)
    /// What the ranks found that compared digests together, an entry a tensor.
    case damagedTensors([Kind])
    /// There is no tensor of this name.
    case tensor(name: String, section: String, nearest: String?)
    /// A tensor has elements of a type that is not computed with.
    case elementType(object: String, expected: [String], found: String)
    /// A tensor has another shape than is needed.
    case shape(tensor: String, expected: [Int], found: [Int])
    /// The file has other parameters than a model needs.
    case parameters(missing: [String], extra: [String], misshapen: [Misshapen])
    /// A directory lacks a file.
    case part(name: String)
    /// The system does not read a small file.
    case unread
    /// A small file is not UTF-8 text.
    case notUTF8
    /// A small file is not of its form.
    case violation(Violation)
    /// A directory was replaced again and again while it was read.
    case restless
    /// `latest` names a checkpoint that is not there.
    case latest(found: String)
    /// A directory is no checkpoint and has none.
    case notCheckpoint
    /// Nothing is at a path, nor in the directory of checkpoints.
    case reference(directory: String)
    /// A project, group or name that cannot name a directory.
    case directoryName(role: String)
    /// A suffix that cannot name a checkpoint.
    case suffix
    /// A name that is no path of a tensor.
    case tensorName(String)
    /// A tensor was written before.
    case writtenTwice(tensor: String)
    /// The system, or what is at the place, does not let it be written.
    case unwritable(WriteAction, reason: String)
    /// Writing would replace something else than a checkpoint: an entry of a directory, or a file at the path itself.
    case occupied(by: String?)
    /// Progress that cannot be written as JSON.
    case unencodable(Violation)
    /// The ranks do not write the same tensors.
    case otherTensors
    /// What the ranks hold of a tensor does not make up its shape.
    case incompleteSlices(tensor: String, shape: [Int])
  }

  /// What was tried when writing failed.
  public enum WriteAction: String, Sendable, Equatable, Codable {
    case writeFile = "write"
    case writeCheckpoint = "write checkpoint"
    case makeDirectory = "make the directory"
  }

  /// A parameter of another shape than a model needs.
  public struct Misshapen: Sendable, Equatable, Codable {
    public let name: String
    public let expected: [Int]
    public let found: [Int]
  }

  public let kind: Kind
  /// The file, directory or name that it is about.
  public let path: String

  /// - Parameter path: The file, directory or name that it is about.
  public init(_ kind: Kind, at path: String) {
    self.kind = kind
    self.path = path
  }
}

extension CheckpointError {
  public var fault: Fault {
    switch kind {
    case .unopened(_, let isThere): isThere ? .badData : .missingInput
    case .unread, .part, .latest, .notCheckpoint, .reference, .restless: .missingInput
    case .unwritable, .occupied: .usage
    default: .badData
    }
  }

  /// The tensor, or another object in the file, that it is about.
  public var tensor: String? {
    switch kind {
    case .hdf5(let fault): fault.object
    case .tensorDigest(let tensor, _, _), .tensor(let tensor, _, _), .elementType(let tensor, _, _),
      .shape(let tensor, _, _), .writtenTwice(let tensor),
      .incompleteSlices(let tensor, _), .tensorName(let tensor):
      tensor
    default: nil
    }
  }

  /// The name that is nearest to one that is not there.
  public var nearest: String? {
    switch kind {
    case .tensor(_, _, let nearest): nearest
    default: violation?.nearest
    }
  }

  private var violation: Violation? {
    switch kind {
    case .hdf5(let fault): fault.violation
    case .violation(let violation), .unencodable(let violation): violation
    default: nil
    }
  }

  public var expected: String? {
    switch kind {
    case .truncated(let expected, _): "\(expected) bytes"
    case .format: RootAttributes.format
    case .version: "\(RootAttributes.version)"
    case .tensorDigest(_, let expected, _), .settingsDigest(let expected, _): expected
    case .elementType(_, let expected, _): expected.joined(separator: ", ")
    case .shape(_, let expected, _): "\(expected)"
    default: violation?.expected
    }
  }

  public var found: String? {
    switch kind {
    case .notHDF5(let found): hexadecimalList(found)
    case .truncated(_, let found): "\(found) bytes"
    case .format(let found): found
    case .version(let found): found.map(String.init)
    case .tensorDigest(_, _, let found), .settingsDigest(_, let found), .elementType(_, _, let found),
      .latest(let found):
      found
    case .shape(_, _, let found): "\(found)"
    default: violation?.found
    }
  }
}

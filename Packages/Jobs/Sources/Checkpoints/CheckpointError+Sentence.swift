internal import Basics

extension CheckpointError {
  /// A lower case sentence without a full stop that names file and tensor, expected and found.
  public var description: String {
    switch kind {
    case .unopened(let reason, _): "cannot open checkpoint '\(path)': \(reason)"
    case .notHDF5(let found):
      "'\(path)' is no HDF5 file: "
        + (found.isEmpty
          ? "it is empty"
          : "expected it to begin with \(hexadecimalList(Superblock.signature)), found \(hexadecimalList(found))")
    case .superblockVersion: "'\(path)' has an HDF5 superblock of an unknown version"
    case .superblock:
      "'\(path)' has an HDF5 superblock that is damaged or has addresses of other than 8 bytes"
    case .truncated(let expected, let found):
      "'\(path)' is truncated: its header says \(expected) bytes, the file has \(found)"
    case .hdf5(let fault) where fault.isUnsupported:
      "cannot read \(fault.object.map { "'\($0)' of " } ?? "")checkpoint '\(path)': \(fault.reason)"
    case .hdf5(let fault): "checkpoint '\(path)' is damaged: \(fault)"
    case .format(nil):
      "'\(path)' is no checkpoint: its root has no attribute 'format' (expected '\(RootAttributes.format)')"
    case .format(let found?):
      "'\(path)' is no checkpoint: expected format '\(RootAttributes.format)', found '\(found)'"
    case .version(nil): "checkpoint '\(path)' has no attribute 'version' (expected \(RootAttributes.version))"
    case .version(let found?):
      "checkpoint '\(path)' has format version \(found); this program reads version \(RootAttributes.version)"
    default: tensorSentence ?? directorySentence ?? writingSentence
    }
  }

  private var tensorSentence: String? {
    switch kind {
    case .tensorDigest(let tensor, let expected, let found):
      "tensor '\(tensor)' of checkpoint '\(path)' is damaged: expected SHA-256 '\(expected)', found '\(found)'"
    case .settingsDigest(let expected, let found):
      "checkpoint '\(path)' is damaged: format, version and config: expected SHA-256 '\(expected)', found '\(found)'"
    case .damagedTensors(let kinds):
      kinds.map { CheckpointError($0, at: path).description }.joined(separator: "; ")
    case .tensor(let name, let section, let nearest):
      "checkpoint '\(path)' has no tensor '\(name)' in '\(section)'" + suggestion(nearest)
    case .elementType(let object, let expected, let found):
      "'\(object)' of checkpoint '\(path)' has elements of type \(found); "
        + "expected one of \(expected.joined(separator: ", "))"
    case .shape(let tensor, let expected, let found):
      "tensor '\(tensor)' of checkpoint '\(path)': expected shape \(expected), found \(found)"
    case .parameters(let missing, let extra, let misshapen):
      "checkpoint '\(path)' does not fit the model: \(Self.differences(missing, extra, misshapen))"
    default: nil
    }
  }

  private var directorySentence: String? {
    switch kind {
    case .part(let name): "checkpoint '\(path)' has no '\(name)'"
    case .unread: "cannot read '\(path)'"
    case .notUTF8: "'\(path)' is not UTF-8 text"
    case .violation(let violation): "'\(path)': \(violation)"
    case .restless: "checkpoint '\(path)' is replaced again and again while it is read"
    case .latest(let found): "'\(path)/latest' names the checkpoint '\(found)', which is not there"
    case .notCheckpoint:
      "'\(path)' is no checkpoint: it has neither '\(CheckpointDirectory.configurationName)' nor 'latest'"
    case .reference(let directory):
      "there is no checkpoint '\(path)', neither at this path nor in '\(directory)'"
    case .directoryName(let role):
      "\(role) '\(path)' cannot name a directory: expected a name without '/' that begins with no '.'"
    case .suffix:
      "suffix '\(path)' cannot name a checkpoint: expected names joined by '/', the first of them not 'latest'"
    default: nil
    }
  }

  private var writingSentence: String {
    switch kind {
    case .tensorName(let name): "'\(name)' cannot name a tensor: expected names joined by '/'"
    case .writtenTwice(let tensor): "tensor '\(tensor)' is written twice to checkpoint '\(path)'"
    case .unwritable(let action, let reason): "cannot \(action.rawValue) '\(path)': \(reason)"
    case .occupied(let entry?):
      "cannot write checkpoint '\(path)': it would replace '\(entry)', which is no part of a checkpoint"
    case .occupied(nil): "cannot write checkpoint '\(path)': it is a file"
    case .unencodable(let violation): "cannot write checkpoint '\(path)': \(violation)"
    case .otherTensors: "the ranks do not write the same tensors"
    case .incompleteSlices(let tensor, let shape):
      "the slices of tensor '\(tensor)' do not make up its shape \(shape)"
    default: "checkpoint '\(path)': \(kind)"
    }
  }

  private static func differences(_ missing: [String], _ extra: [String], _ misshapen: [Misshapen]) -> String
  {
    let shapes = misshapen.map { "'\($0.name)' expected \($0.expected), found \($0.found)" }
    return [
      missing.isEmpty ? nil : "missing: \(quotedList(missing))",
      extra.isEmpty ? nil : "not expected: \(quotedList(extra))",
      shapes.isEmpty ? nil : "wrong shape: \(shapes.joined(separator: ", "))",
    ].compactMap(\.self).joined(separator: "; ")
  }
}

/// Such as `89 48 44`.
func hexadecimalList(_ bytes: [UInt8]) -> String {
  bytes.map { byte in
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0\(digits)" : digits
  }.joined(separator: " ")
}

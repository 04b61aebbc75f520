internal import Basics

/// A checkpoint that is open for reading: the parameters of a model, and what training needs to go on.
///
/// Opening reads all headers and checks them against the file's size; elements are read when asked for, mapped without
/// a copy where the file has them contiguous. The format is defined in `FORMAT.md` beside this file.
public final class Checkpoint: Sendable {
  /// The parts of a checkpoint, which are groups of its file.
  public enum Section: String, Sendable, CaseIterable {
    /// `/params`: the weights, by path, such as `blocks_0/attn/c_attn/kernel`.
    case parameters = "params"
    /// `/optimizer`: what the optimizer keeps for each of them.
    case optimizer
    /// `/state`: step, random state, and what else a trainer keeps.
    case state
  }

  /// Where it was read from, for messages.
  public let path: String
  /// The settings that made the model, as YAML: `config.yaml` of a directory, the attribute `config` of a file.
  public let configuration: String?
  /// `config.json` of a directory.
  public let progress: CheckpointProgress?
  /// `job.json` of a directory.
  public let identity: CheckpointIdentity?

  let contents: CheckpointContents
  /// By section and path inside the section.
  let datasets: [Section: [String: HDF5Dataset]]
  /// Whether reading a whole tensor compares its digest.
  let verifies: Bool

  /// Opens a directory of the format, or one HDF5 file.
  ///
  /// - Parameter verifies: Whether reading a whole tensor compares the SHA-256 of its bytes with the file's.
  /// - Throws: ``CheckpointError`` if it is missing, no HDF5 file, truncated, damaged, or no checkpoint of version 1.
  public convenience init(path: String, verifies: Bool = true) throws(CheckpointError) {
    if isFolder(path) {
      let directory = try CheckpointDirectory.open(path: path)
      try self.init(
        contents: directory.contents, path: directory.file, verifies: verifies, directory: directory)
    } else {
      try self.init(contents: .mapping(path), path: path, verifies: verifies, directory: nil)
    }
  }

  /// Opens the bytes of an HDF5 file, such as one inside the program.
  ///
  /// - Parameter name: Names it in messages.
  public convenience init(image: [UInt8], name: String, verifies: Bool = true) throws(CheckpointError) {
    try self.init(contents: .image(image), path: name, verifies: verifies, directory: nil)
  }

  private init(
    contents: CheckpointContents, path: String, verifies: Bool, directory: CheckpointDirectory?
  ) throws(CheckpointError) {
    let opened = try OpenedFile(contents, path: path)
    self.path = path
    self.contents = opened.contents
    self.verifies = verifies
    datasets = opened.datasets
    configuration = directory?.configuration ?? opened.configuration
    progress = directory?.progress
    identity = directory?.identity
  }
}

/// What opening a file finds: all headers, checked.
private struct OpenedFile {
  let contents: CheckpointContents
  let configuration: String?
  let datasets: [Checkpoint.Section: [String: HDF5Dataset]]

  init(_ file: CheckpointContents, path: String) throws(CheckpointError) {
    contents = Superblock.contents(in: file)
    let superblock = try Superblock(contents, path: path)
    let reader = HDF5Reader(contents)
    let root: ObjectHeader
    let attributes: RootAttributes
    do throws(HDF5Fault) {
      root = try reader.objectHeader(at: superblock.root)
      attributes = try RootAttributes(root, reader)
    } catch {
      throw CheckpointError(.hdf5(error), at: path)
    }
    try attributes.check(path: path)
    configuration = attributes.configuration
    do throws(HDF5Fault) {
      datasets = Self.bySection(try HDF5Catalog.datasets(below: root, reader))
    } catch {
      throw CheckpointError(.hdf5(error), at: path)
    }
  }

  /// Datasets outside the sections are other people's and ignored.
  private static func bySection(_ all: [HDF5Dataset]) -> [Checkpoint.Section: [String: HDF5Dataset]] {
    var sections: [Checkpoint.Section: [String: HDF5Dataset]] = [:]
    for dataset in all {
      let parts = dataset.path.split(separator: "/", maxSplits: 1)
      guard parts.count == 2, let section = Checkpoint.Section(rawValue: String(parts[0])) else { continue }
      sections[section, default: [:]][String(parts[1])] = dataset
    }
    return sections
  }
}

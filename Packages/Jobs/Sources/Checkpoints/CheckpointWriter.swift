internal import Basics
internal import Files
internal import Foundation
public import TensorCore

/// Writes the directory of a checkpoint, whole or not at all: beside its place under a temporary name, then exchanged.
///
/// For one caller at a time. Without ``finish()`` nothing stays behind.
public final class CheckpointWriter {
  private let directory: String
  private let temporary: String
  private let file: CheckpointFileWriter
  private let texts: [(name: String, text: String)]
  private var isFinished = false
  /// What else has to happen once the directory is in its place.
  var afterwards: () throws(CheckpointError) -> Void = {}

  /// - Parameters:
  ///   - directory: Where the checkpoint will be. A checkpoint that is there is replaced at the end.
  ///   - configuration: The whole resolved settings, with `job:`, as YAML.
  /// - Throws: ``CheckpointError`` if the place cannot be written to, or holds something else than a checkpoint.
  public init(
    directory: String, configuration: String, progress: CheckpointProgress, identity: CheckpointIdentity,
    layout: CheckpointFileWriter.Layout = .contiguous
  ) throws(CheckpointError) {
    self.directory = directory
    try checkReplaceable(directory)
    temporary = Unfinished.name(beside: directory)
    do {
      texts = [
        (CheckpointDirectory.configurationName, configuration),
        (CheckpointDirectory.progressName, try CheckpointDirectory.encoded(progress)),
        (CheckpointDirectory.identityName, try CheckpointDirectory.encoded(identity)),
      ]
    } catch {
      throw CheckpointError(
        .unencodable(.value("score", expected: "a finite number", found: progress.score.map { "\($0)" })),
        at: directory)
    }
    try makeDirectory(temporary)
    do throws(CheckpointError) {
      file = try CheckpointFileWriter(
        path: "\(temporary)/\(CheckpointDirectory.fileName)", shownAs: directory,
        configuration: configuration,
        layout: layout)
    } catch {
      remove(temporary)
      throw error
    }
  }

  deinit {
    if !isFinished { remove(temporary) }
  }

  /// Writes a tensor and its digest; see ``CheckpointFileWriter/write(_:named:in:axes:)``.
  public func write(
    _ tensor: Tensor, named name: String, in section: Checkpoint.Section = .parameters, axes: [String]? = nil
  ) throws(CheckpointError) {
    try file.write(tensor, named: name, in: section, axes: axes)
  }

  /// Puts the directory in its place.
  ///
  /// - Throws: ``CheckpointError`` if the system refuses; then the place is as it was.
  public func finish() throws(CheckpointError) {
    try file.finish()
    for (name, text) in texts { try writeWhole(text, to: "\(temporary)/\(name)") }
    try synchronize(temporary)
    try checkReplaceable(directory)
    try replace(directory, by: temporary)
    isFinished = true
    try afterwards()
  }
}

/// - Throws: ``CheckpointError`` if replacing `directory` would take away something else than one checkpoint.
private func checkReplaceable(_ directory: String) throws(CheckpointError) {
  guard exists(directory) else { return }
  let known = [
    CheckpointDirectory.fileName, CheckpointDirectory.configurationName, CheckpointDirectory.progressName,
    CheckpointDirectory.identityName,
  ]
  let found = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? ["?"]
  let others = found.filter { !known.contains($0) }.sorted()
  guard isFolder(directory) else { throw CheckpointError(.occupied(by: nil), at: directory) }
  if let other = others.first { throw CheckpointError(.occupied(by: other), at: directory) }
}

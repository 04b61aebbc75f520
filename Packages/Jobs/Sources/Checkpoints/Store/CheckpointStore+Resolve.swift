internal import Basics
internal import Foundation

extension CheckpointStore {
  /// The path of the checkpoint that a user names.
  ///
  /// - Parameter reference: A path of a checkpoint's directory or HDF5 file; or, below ``directory``,
  ///   `project/group/name/suffix`, or `project/group/name` for the latest.
  /// - Throws: ``CheckpointError`` if there is no such checkpoint; it names where it was looked for.
  public func resolve(_ reference: String) throws(CheckpointError) -> String {
    let candidates = [reference, "\(directory)/\(reference)"]
    for path in candidates where exists(path) {
      guard isFolder(path) else { return path }
      if exists("\(path)/\(CheckpointDirectory.configurationName)") { return path }
      if exists("\(path)/\(CheckpointDirectory.fileName)") { return path }
      if let suffix = try readText("\(path)/latest")?.trimmingCharacters(in: .whitespacesAndNewlines) {
        let latest = "\(path)/\(suffix)"
        guard suffix.split(separator: "/", omittingEmptySubsequences: false).allSatisfy({ isPlainName($0) }),
          exists(latest)
        else {
          throw CheckpointError(.latest(found: suffix), at: path)
        }
        return latest
      }
    }
    if let path = candidates.first(where: isFolder) {
      throw CheckpointError(.notCheckpoint, at: path)
    }
    throw CheckpointError(.reference(directory: directory), at: reference)
  }
}

import Synchronization

/// The keys of files that task files include, each file parsed once in a process while it does not change: hundreds of tasks include
/// the same few.
final class IncludedFiles: Sendable {
  static let shared = IncludedFiles()

  private struct Entry {
    var stamp: FileStamp
    var mapping: TaskMapping
  }
  private let entries = Mutex([String: Entry]())
  /// Twice what lm-evaluation-harness 0.4.13 has. Of more, those that came first are kept.
  private static let most = 1000

  private init() {}

  /// - Parameter read: Parses the file, where it is not known as it is now.
  func mapping(
    _ path: String, _ read: () throws(TaskError) -> TaskMapping
  ) throws(TaskError) -> TaskMapping {
    let stamp = FileStamp(path: path)
    if let known = entries.withLock({ $0[path] }), known.stamp == stamp { return known.mapping }
    let mapping = try read()
    if let stamp {
      entries.withLock {
        if $0[path] != nil || $0.count < Self.most { $0[path] = Entry(stamp: stamp, mapping: mapping) }
      }
    }
    return mapping
  }
}

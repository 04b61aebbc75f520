import Foundation

/// A folder of task files and data that is removed with its last reference.
final class TaskFolder {
  let path = NSTemporaryDirectory() + "tasks-\(UUID().uuidString)"

  init(_ files: [String: String]) throws {
    for (name, text) in files {
      let url = URL(fileURLWithPath: "\(path)/\(name)")
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The keys that any task needs, without its name.
  static let base = """
    dataset_path: toy
    test_split: test
    output_type: multiple_choice
    doc_to_text: "{{q}}"
    doc_to_choice: ["is", "was"]
    doc_to_target: gold
    """
}

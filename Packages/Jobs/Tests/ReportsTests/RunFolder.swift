import Foundation

/// A folder of results of choices between two options, removed with the object.
final class RunFolder {
  let path: String

  /// - Parameter rights: Which samples are right.
  init(rights: [Bool], question: String = "question") throws {
    path = NSTemporaryDirectory() + "report-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let mean = Double(rights.count { $0 }) / Double(rights.count)
    let results = """
      {"job": "local", "project": null, "group": null, "results": {"pairs": \(mean)}, "groups": {},
       "provenance": {"weights": "w", "tokenizer": "bytes", "kernels": "scalar", "mode": "float32", "block_size": 8, "length": -1},
       "counts": {"pairs": {"asked": 2, "truncated": 0, "merged": 0, "tied": 0}},
       "metrics": [{"evaluation": "pairs", "samples": \(rights.count), "metrics": [
         {"name": "acc", "filter": "none", "value": \(mean), "stderr": 0.1, "higher_is_better": true, "chance": 0.5,
          "majority": 0.5}]}],
       "run": {"started": "2026-11-29T18:44:14Z", "seconds": 1.5, "requests_computed": 2, "requests_from_journal": 0,
         "host": "h", "chip": "c", "cores": 2, "threads": 2, "peak_memory_bytes": 1048576}}
      """
    try Data(results.utf8).write(to: URL(fileURLWithPath: path + "/results.json"))
    try Data("job: gpt/evaluate\n".utf8).write(to: URL(fileURLWithPath: path + "/config.yaml"))
    let lines = rights.enumerated().map { index, isRight in
      """
      {"doc_id": \(index), "doc": {"question": "\(question) \(index)"}, "target": 0, "arguments": [["q", " a"], ["q", " b"]], \
      "requests": [{"ids": [1, 4], "from": 1, "log_probabilities": [\(isRight ? -0.5 : -2.5)], "argmax": [4]}, \
      {"ids": [1, 5], "from": 1, "log_probabilities": [-1.5], "argmax": [9]}], "score": \(isRight ? 1.0 : 0.0), \
      "acc,none": \(isRight ? 1.0 : 0.0), "truncated": 0, "merged": 0, "tied": 0}
      """
    }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(
      to: URL(fileURLWithPath: path + "/samples_pairs.jsonl"))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

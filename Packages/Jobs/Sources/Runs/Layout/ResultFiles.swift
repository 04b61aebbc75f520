import Digests
import Foundation

/// What the files of a run are called; see RESULTS.md.
package enum ResultFiles {
  /// The folder of all results below a root.
  package static let all = "results"
  package static let results = "results.json"
  package static let configuration = "config.yaml"
  /// The folder of all runs of a name.
  package static let runs = "runs"
  package static let plots = "plots"
  /// What happens in a run that is at work, in its folder.
  package static let events = ".events.jsonl"

  package static func isSamples(_ name: String) -> Bool {
    name.hasPrefix("samples_") && name.hasSuffix(".jsonl")
  }

  /// What the samples of each of a run's evaluations are called, without `samples_` and ending.
  ///
  /// A name's slashes become low lines. Of several names that would be one file then, those that have changed get the
  /// beginning of their SHA-256 behind them.
  package static func stems(of evaluations: some Sequence<String>) -> [String: String] {
    let names = Set(evaluations)
    let plain = Dictionary(grouping: names) { $0.replacingOccurrences(of: "/", with: "_") }
    var stems: [String: String] = [:]
    for (stem, alike) in plain {
      for name in alike {
        let isPlain = alike.count == 1 || name == stem
        stems[name] = isPlain ? stem : "\(stem)_\(Digest.sha256(of: name).prefix(8))"
      }
    }
    return stems
  }

  /// The files of the samples of a run's evaluations, by evaluation.
  package static func samples(of evaluations: some Sequence<String>) -> [String: String] {
    stems(of: evaluations).mapValues { "samples_\($0).jsonl" }
  }
}

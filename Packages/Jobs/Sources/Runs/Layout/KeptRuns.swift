import Basics
import Digests
package import Foundation
package import Jobs

/// All runs of one name: `{name}/runs/{id}/`, and at `{name}/` itself the files of the latest.
///
/// Files of the latest are hard links to the kept ones, or copies where the disk has no links.
package struct KeptRuns {
  /// `{root}/results/{project}/{group}/{name}`.
  package let folder: String

  package init(folder: String) { self.folder = folder }
  package init(_ spec: ExecutionSpec) { self.init(folder: spec.resultPath("")) }

  /// The ids of all runs, the latest first.
  package var ids: [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(ResultFiles.runs)")
    return (names ?? []).filter { !$0.hasPrefix(".") }.sorted(by: >)
  }

  package func path(_ id: String, _ file: String = "") -> String {
    "\(folder)/\(ResultFiles.runs)/\(id)\(file.isEmpty ? "" : "/" + file)"
  }

  /// The ids of runs that asked the same, the latest first.
  package func ids(digest: String) -> [String] { ids.filter { $0.hasSuffix("-\(digest)") } }

  /// Under which a run is kept: that of an earlier run that asked the same, or a new one of the time and the digest.
  package func id(started: Date, digest: String) -> String {
    ids(digest: digest).first ?? Self.newID(started, digest)
  }

  /// When the run of an id first began; `nil` for what is no id.
  package static func began(_ id: String) -> Date? {
    guard let time = id.split(separator: "-").first, time.count == 16 else { return nil }
    return try? Date(String(time), strategy: timeOfID)
  }

  private static let timeOfID = Date.ISO8601FormatStyle().year().month().day().dateSeparator(.omitted).time(
    includingFractionalSeconds: false
  ).timeSeparator(.omitted).timeZone(separator: .omitted)

  static func newID(_ date: Date, _ digest: String) -> String {
    "\(date.formatted(timeOfID))-\(digest)"
  }

  /// The part of an id that is the same for the same settings, weights and evaluations.
  package static func digest(_ parts: [String]) -> String {
    String(Digest.sha256(of: parts.joined(separator: "\n")).prefix(12))
  }

  /// The files of a run, by their paths within it, `results.json` last.
  func files(of id: String) -> [String] {
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: path(id))) ?? []
    let files = paths.filter { name in
      FileManager.default.fileExists(atPath: path(id, name)) && !isFolder(path(id, name))
        && !name.split(separator: "/").contains { $0.hasPrefix(".") }
    }
    return files.filter { $0 != ResultFiles.results }.sorted()
      + files.filter { $0 == ResultFiles.results }
  }
}

import Basics
internal import Foundation

/// What is not whole yet: a file or folder with a hidden name beside its place, `.NAME.HOST.PROCESS.NUMBER.partial`.
package enum Unfinished {
  private static let ending = ".partial"

  /// A name beside `path` that no other process uses. Removes what dead processes of this host left under such names.
  package static func name(beside path: String) -> String {
    let place = URL(fileURLWithPath: path)
    let folder = place.deletingLastPathComponent().path
    let start = ".\(place.lastPathComponent).\(host)."
    removeLeftovers(in: folder, start)
    return "\(folder)/\(start)\(getpid()).\(UInt32.random(in: .min ... .max))\(ending)"
  }

  private static func removeLeftovers(in folder: String, _ start: String) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      guard name.hasPrefix(start), name.hasSuffix(ending),
        let process = Int32(name.dropFirst(start.count).prefix { $0 != "." }),
        kill(process, 0) != 0, errno == ESRCH
      else { continue }
      try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
  }

  /// Other hosts' processes have other numbers, and may write to the same disk.
  private static let host = Machine.hostName
}

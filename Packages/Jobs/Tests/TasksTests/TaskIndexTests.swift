import Foundation
import Testing
import Yams

@testable import Tasks

/// What is read of task files without the YAML parser, or once for many, is what the parser reads of each.
@Suite("Index of task files")
struct TaskIndexTests {
  private static let python = ProcessInfo.processInfo.environment["ASSAY_PYTHON"]

  /// The folder of the tasks of lm-evaluation-harness.
  private static let harness = python.map { python in
    let site = (python as NSString).deletingLastPathComponent + "/../lib"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: site)) ?? []
    return versions.map { "\(site)/\($0)/site-packages/lm_eval/tasks" }.first(where: isFolder) ?? ""
  }

  private static func isFolder(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  @Test(
    "Names, groups, tags and includes of a harness folder are those that the parser reads",
    .enabled(if: harness.map(isFolder) ?? false, "needs ASSAY_PYTHON with lm_eval"))
  func scan() throws {
    let files = FolderScan(try #require(Self.harness), ending: ".yaml").files
    #expect(files.count > 10_000)
    for path in files.enumerated().filter({ $0.offset % 5 == 0 }).map(\.element) {
      let scanned = TaskHeaderFields(path: path)
      let bytes = try #require(FileStamp.contents(ofFile: path, most: 1 << 24)?.bytes)
      let parsed = TaskHeaderFields(parsing: try #require(LenientYAML.text(bytes)))
      #expect(scanned.values == parsed.values && scanned.includes == parsed.includes, "\(path)")
    }
  }

  @Test("A plain scalar is what all rules of YAML 1.1 make of it")
  func tags() throws {
    let words =
      "yes No ON off true FALSE null ~ << = 1 -1 +1_0 0x1F 0b1 0o7 1.5 .5 1e3 -.inf .NaN 2001-01-01 12:30:45 y n Y N"
      + " a yess truer é ébène nulls onward 1a -x . - + text longer_text e3 inf"
    for word in words.split(separator: " ").map(String.init) + ["", " ", "two words", "null "] {
      let scalar = Node.Scalar(word)
      #expect(
        LenientYAML.tag(of: scalar) == Resolver.default.resolveTag(of: .scalar(scalar)).rawValue, "\(word)")
    }
  }

  @Test("An included file that changes is read again")
  func included() throws {
    let folder = NSTemporaryDirectory() + "included-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try "include: base\ntask: t\n".write(toFile: "\(folder)/t.yaml", atomically: true, encoding: .utf8)
    for path in ["a", "a/longer"] {
      try "dataset_path: \(path)\n".write(toFile: "\(folder)/base", atomically: true, encoding: .utf8)
      for _ in 0..<2 {
        #expect(try TaskSource.file("\(folder)/t.yaml").mapping()["dataset_path"]?.text == path)
      }
    }
  }
}

import Foundation
import Testing

@testable import Files

/// Files and names beside them, in a folder of its own.
@Suite("files that are whole")
struct WholeFileTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "/files-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private var names: Set<String> {
    get throws { Set(try FileManager.default.contentsOfDirectory(atPath: folder)) }
  }

  @Test("While a file is written, only its own name and an unfinished one are there")
  func onlyOurNames() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/file"
    let watching = Task.detached {
      var seen: Set<String> = []
      while !Task.isCancelled { seen.formUnion(try names) }
      return seen
    }
    defer { watching.cancel() }
    for number in 0..<300 { try WholeFile.write(Data("\(number)".utf8), to: path) }
    watching.cancel()
    let seen = try await watching.value
    #expect(
      seen.allSatisfy { $0 == "file" || ($0.hasPrefix(".file.") && $0.hasSuffix(".partial")) }, "\(seen)")
    #expect(try names == ["file"])
  }

  @Test("What a dead process left is removed, and what a living one or another host writes stays")
  func leftovers() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let dead = Process()
    dead.executableURL = URL(fileURLWithPath: "/bin/true")
    try dead.run()
    dead.waitUntilExit()
    let mine = Unfinished.name(beside: "\(folder)/file")
    let own = ".\(ProcessInfo.processInfo.processIdentifier)."
    let left = mine.replacingOccurrences(of: own, with: ".\(dead.processIdentifier).")
    let elsewhere = left.replacingOccurrences(of: "/.file.", with: "/.file.not-")
    let otherFile = left.replacingOccurrences(of: "/.file.", with: "/.file2.")
    for path in [mine, elsewhere, otherFile] { try FileHandle.creating(path).close() }
    try FileManager.default.createDirectory(atPath: left + "/inside", withIntermediateDirectories: true)
    try WholeFile.write(Data(), to: "\(folder)/file")
    let expected = [mine, elsewhere, otherFile].map { URL(fileURLWithPath: $0).lastPathComponent } + ["file"]
    #expect(try names == Set(expected))
  }

  @Test("A pipe is written to, not replaced")
  func pipe() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/pipe"
    try #require(mkfifo(path, 0o600) == 0)
    let reader = FileHandle(fileDescriptor: open(path, O_RDONLY | O_NONBLOCK), closeOnDealloc: true)
    try WholeFile.write(Data("settings".utf8), to: path)
    #expect(try reader.readToEnd() == Data("settings".utf8))
    #expect(try names == ["pipe"])
  }

  @Test("A file that cannot be written is named and leaves nothing")
  func refusal() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(
      atPath: "\(folder)/file/inside", withIntermediateDirectories: true)
    #expect(throws: FileError(path: "\(folder)/file", reason: "is a directory")) {
      try WholeFile.write(Data(), to: "\(folder)/file")
    }
    #expect(try names == ["file"])
  }
}

import Basics
import Foundation
import Testing

@Suite("What the system keeps of a file")
struct FileStatusTests {
  @Test("A file has its size and the time of its last change, also by way of a link")
  func file() throws {
    let path = NSTemporaryDirectory() + UUID().uuidString
    defer { for name in [path, path + ".link"] { try? FileManager.default.removeItem(atPath: name) } }
    try Data(count: 12).write(to: URL(fileURLWithPath: path))
    try FileManager.default.createSymbolicLink(atPath: path + ".link", withDestinationPath: path)
    var times = Array(repeating: timeval(tv_sec: 1_000_000_000, tv_usec: 500_000), count: 2)
    try #require(utimes(path, &times) == 0)
    let status = try #require(FileStatus(path))
    #expect(status.size == 12 && status.isFile)
    #expect((status.seconds, status.nanoseconds) == (1_000_000_000, 500_000_000))
    #expect(abs(status.changed.timeIntervalSince1970 - 1_000_000_000.5) < 1e-6)
    #expect(FileStatus(path + ".link") == status)
  }

  @Test("A folder is no file, and what is not there has no status")
  func others() {
    #expect(FileStatus(NSTemporaryDirectory())?.isFile == false)
    #expect(FileStatus("/dev/null")?.isFile == false)
    #expect(FileStatus("/nowhere/at/all") == nil)
  }
}

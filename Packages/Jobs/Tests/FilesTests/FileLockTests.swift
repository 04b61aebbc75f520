import Foundation
import Synchronization
import Testing

@testable import Files

@Suite("Locks of files")
struct FileLockTests {
  private let path = NSTemporaryDirectory() + "/lock-\(UUID().uuidString)"

  @Test("Only one of many threads holds a lock at a time, and its file goes with the last")
  func excludes() {
    let inside = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 200) { _ in
      FileLock.holding(path) {
        let count = inside.withLock { (count: inout Int) in
          count += 1
          return count
        }
        #expect(count == 1)
        inside.withLock { $0 -= 1 }
      }
    }
    #expect(!FileManager.default.fileExists(atPath: FileLock.file(of: path)))
  }

  @Test("A symbolic link in place of a lock is not followed, and the work is done without the lock")
  func link() throws {
    let (file, target) = (FileLock.file(of: path), path + "-target")
    try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: target)
    defer { try? FileManager.default.removeItem(atPath: file) }
    #expect(FileLock.holding(path) { 7 } == 7)
    #expect(!FileManager.default.fileExists(atPath: target))
  }

  @Test("A new file is made under a name that nothing has, not through a link and not over a file")
  func creating() throws {
    defer { for suffix in ["", "-link"] { try? FileManager.default.removeItem(atPath: path + suffix) } }
    try FileManager.default.createSymbolicLink(atPath: path + "-link", withDestinationPath: path)
    #expect(throws: POSIXError.self) { try FileHandle.creating(path + "-link") }
    #expect(throws: POSIXError.self) { try FileHandle.continuing(path + "-link") }
    try FileHandle.creating(path).close()
    #expect(throws: POSIXError.self) { try FileHandle.creating(path) }
    try FileHandle.continuing(path).close()
  }
}

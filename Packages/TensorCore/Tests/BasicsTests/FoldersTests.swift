import Basics
import Foundation
import Testing

@Suite("Folders")
struct FoldersTests {
  @Test("Making a folder makes those that it lies in, and making it again is no error")
  func nested() throws {
    let root = NSTemporaryDirectory() + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: root) }
    for path in [root + "/a/b/c", root + "/a/b/c/", root + "/a/d/"] {
      try createFolder(path)
      var isFolder: ObjCBool = false
      #expect(FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue)
    }
  }

  @Test("A folder that cannot be made is an error with the system's reason")
  func reasons() throws {
    let file = NSTemporaryDirectory() + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: file) }
    try Data().write(to: URL(fileURLWithPath: file))
    for path in [file, file + "/a", file + "/a/b"] {
      let error = #expect(throws: POSIXError.self) { try createFolder(path) }
      #expect(error.map(systemReason) == "not a directory", "\(path)")
    }
    #expect(throws: POSIXError.self) { try createFolder("") }
  }

  @Test(
    "The folder of a path is what stands before its last name, also where that is one character",
    arguments: [
      ("x", ""), ("x/", ""), ("/x", "/"), ("a/b", "a"), ("a//b/", "a"), ("/a/b", "/a"), ("/", "/"), ("", ""),
      ("é", ""),
    ])
  func parents(path: String, folder: String) {
    #expect(parentFolder(of: path) == folder)
  }
}

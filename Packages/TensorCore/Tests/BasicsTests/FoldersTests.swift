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

  @Test("What cannot be read as a file is told from what is not there")
  func faults() throws {
    let folder = NSTemporaryDirectory() + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try createFolder(folder)
    try Data().write(to: URL(fileURLWithPath: folder + "/file"))
    try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "file")
    try FileManager.default.createSymbolicLink(atPath: folder + "/dangling", withDestinationPath: "gone")
    #expect(mkfifo(folder + "/pipe", 0o600) == 0)
    #expect(fileFault(folder + "/file") == nil && fileFault(folder + "/link") == nil)
    #expect(fileFault(folder + "/gone") == nil && fileFault(folder + "/file/x") == nil)
    #expect(fileFault(folder) == "it is a folder")
    #expect(fileFault(folder + "/dangling") == "it is a link to what is not there")
    #expect(fileFault(folder + "/pipe") == "it is no regular file")
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

import Basics
import Foundation
import Testing

@Suite("Files that are read")
final class InputFilesTests {
  private let folder = NSTemporaryDirectory() + UUID().uuidString

  init() throws {
    try createFolder(folder)
    try Data("text".utf8).write(to: URL(fileURLWithPath: folder + "/file"))
    try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "file")
    try FileManager.default.createSymbolicLink(atPath: folder + "/dangling", withDestinationPath: "gone")
    #expect(mkfifo(folder + "/pipe", 0o600) == 0)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  @Test("What cannot be read as a file is told from what is not there")
  func faults() {
    #expect(fileFault(folder + "/file") == nil && fileFault(folder + "/link") == nil)
    #expect(fileFault(folder + "/gone") == nil && fileFault(folder + "/file/x") == nil)
    #expect(fileFault(folder) == "it is a folder, expected a regular file")
    #expect(fileFault(folder + "/dangling") == "it is a link to what is not there")
    #expect(fileFault(folder + "/pipe") == "it is a pipe, expected a regular file")
    #expect(fileFault("/dev/zero") == "it is a device, expected a regular file")
  }

  @Test("A pipe, a device and a folder are refused, and none is waited for", .timeLimit(.minutes(1)))
  func refused() throws {
    for (name, found) in [("pipe", "a pipe"), ("", "a folder")] {
      let error = #expect(throws: InputFileError.self) { try inputContents(self.folder + "/" + name) }
      #expect(error?.reason == "it is \(found), expected a regular file" && error?.isMissing == false)
    }
    for path in ["/dev/zero", "/dev/null"] {
      let error = #expect(throws: InputFileError.self) { try inputContents(path) }
      #expect(error?.reason == "it is a device, expected a regular file")
    }
    let missing = #expect(throws: InputFileError.self) { try inputContents(self.folder + "/gone") }
    #expect(missing?.reason == "no such file or directory" && missing?.fault == .missingInput)
    let dangling = #expect(throws: InputFileError.self) { try inputContents(self.folder + "/dangling") }
    #expect(dangling?.reason == "it is a link to what is not there" && dangling?.fault == .badData)
    #expect(try inputContents(folder + "/link") == Data("text".utf8))
  }

  @Test("What a shell hands over open is read to its end, and not without end", .timeLimit(.minutes(1)))
  func handed() throws {
    let pipe = Pipe()
    try pipe.fileHandleForWriting.write(contentsOf: Data("settings".utf8))
    try pipe.fileHandleForWriting.close()
    let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
    #expect(fileFault(path) == nil)
    #expect(try inputContents(path) == Data("settings".utf8))

    let long = Pipe()
    try long.fileHandleForWriting.write(contentsOf: Data(count: 1000))
    try long.fileHandleForWriting.close()
    let error = #expect(throws: InputFileError.self) {
      try inputContents("/dev/fd/\(long.fileHandleForReading.fileDescriptor)", most: 999)
    }
    #expect(error?.reason == "it gives more than 999 bytes")
  }
}

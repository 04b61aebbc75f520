import Basics
import Foundation

#if canImport(Glibc)
private import Glibc
#elseif canImport(Darwin)
private import Darwin
#endif

/// All folders beneath a folder, itself first, and the files in them that end in a certain way; links to folders are not
/// followed.
///
/// `FileManager` takes a second for the fourteen thousand task files of lm-evaluation-harness, and this a fiftieth of it.
struct FolderScan {
  private(set) var folders: [String] = []
  private(set) var files: [String] = []

  init(_ root: String, ending: String) {
    var waiting = [root]
    while let folder = waiting.popLast() {
      guard let entries = unsafe opendir(folder) else { continue }
      defer { unsafe closedir(entries) }
      folders.append(folder)
      while let entry = unsafe readdir(entries) {
        let name = unsafe withUnsafePointer(to: entry.pointee.d_name) {
          unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        }
        guard name != ".", name != ".." else { continue }
        let path = "\(folder)/\(name)"
        let kind = unsafe Int(entry.pointee.d_type)
        if kind == Int(DT_DIR) {
          waiting.append(path)
        } else if name.hasSuffix(ending) {
          files.append(path)
        } else if kind == Int(DT_UNKNOWN), isFolder(path) {
          waiting.append(path)
        }
      }
    }
    files.sort()
  }
}

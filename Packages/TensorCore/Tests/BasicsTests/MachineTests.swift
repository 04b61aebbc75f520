import Basics
import Foundation
import Testing

@Suite("Facts about the machine")
struct MachineTests {
  @Test("The peak of memory counts what the process has held")
  func peak() {
    let before = Machine.peakMemory
    let bytes = [UInt8](repeating: 1, count: 256 << 20)
    #expect(bytes.reduce(0) { $0 | $1 } == 1)
    #expect(Machine.peakMemory >= max(before, 256 << 20))
  }

  @Test("Free memory is at most all memory")
  func memory() throws {
    #expect(try #require(Machine.availableMemory) <= Int(ProcessInfo.processInfo.physicalMemory))
    #expect(Machine.memory > 0 && Machine.coreCount > 0)
  }

  @Test("The program's own path is a file")
  func executable() throws {
    #expect(FileManager.default.isExecutableFile(atPath: try #require(Machine.executablePath)))
  }
}

import Foundation
import Sharding
import ShardingTesting
import Testing

@Suite("Messages")
struct MessageTests {
  @Test("A rank that is alone sends messages to its other threads")
  func solo() throws {
    let solo = SoloCommunicator()
    let thread = Thread {
      Thread.sleep(forTimeInterval: 0.02)
      solo.send([7], to: 0, named: "box")
    }
    thread.start()
    #expect(try solo.receive(named: "box") == Message(sender: 0, bytes: [7]))
  }

  @Test("A log notes messages")
  func log() throws {
    let log = CollectiveLog(SoloCommunicator())
    try log.send([1, 2, 3], to: 0, named: "a")
    #expect(try log.receive(named: "a").bytes == [1, 2, 3])
    #expect(log.entries.map { "\($0.collective) \($0.byteCount)" } == ["send 'a' 3", "receive 'a' 0"])
  }
}

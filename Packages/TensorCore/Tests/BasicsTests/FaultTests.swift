import Basics
import Testing

@Suite("Faults")
struct FaultTests {
  private struct Unclassified: Error {}

  @Test("an error that names no fault is the program's own")
  func unclassified() {
    #expect(Fault(of: Unclassified()) == .internalError)
    #expect(Fault(of: JSONError(.escape, offset: 3)) == .badData)
  }
}

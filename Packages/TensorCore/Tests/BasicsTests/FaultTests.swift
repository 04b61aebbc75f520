import Basics
import Testing

@Suite("Faults")
struct FaultTests {
  private struct Unclassified: Error {}

  @Test("An error that names no fault counts as the program's own")
  func unclassified() {
    #expect(Fault(of: Unclassified()) == .internalError)
    #expect(Fault(of: JSONError(.escape, offset: 3)) == .badData)
  }
}

import Evaluation
import Testing

@testable import Tasks

@Suite("Task library")
struct LibraryTests {
  @Test("bundled names")
  func names() throws {
    let library = try TaskLibrary(dataRoot: ".")
    #expect(library.names.contains("hellaswag"))
  }
}

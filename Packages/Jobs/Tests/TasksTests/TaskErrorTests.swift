import Testing

@testable import Tasks

@Suite("Errors of tasks")
struct TaskErrorTests {
  @Test("An error of a task keeps the first task and document that it is about")
  func about() {
    let error = TaskError(.noChoices).about("t", document: 1).about("t").about("u", document: 2)
    #expect(error.task == "t" && error.document == 1 && error.kind == .noChoices)
  }
}

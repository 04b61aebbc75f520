import Testing

@Suite("Cases")
struct CaseTests {
  @Test("Each case ends as its file says", arguments: try Case.all())
  func ends(example: Case) throws {
    try example.check()
  }
}

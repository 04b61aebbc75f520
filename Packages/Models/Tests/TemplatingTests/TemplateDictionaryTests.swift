import Templating
import Testing

@Suite("Dictionaries")
struct TemplateDictionaryTests {
  private static let table = TemplateTable(
    [("question", ["one", "two"]), ("label", [1, .null])], rowCount: 2)

  /// What Python prints, in which order and types show.
  private func text(_ dictionary: TemplateDictionary) throws -> String {
    try TemplateValue.dictionary(dictionary).json()
  }

  @Test("A row of a table is a dictionary of its values, in the order of the columns")
  func row() throws {
    #expect(try text(Self.table[0]) == text(["question": "one", "label": 1]))
    #expect(try text(Self.table[1]) == text(["question": "two", "label": .null]))
    #expect(Self.table[1].count == 2)
    #expect(try text(TemplateTable([], rowCount: 3)[2]) == "{}")
  }

  @Test("A row that is changed keeps its other values, and no other row changes")
  func changed() throws {
    var row = Self.table[0]
    row["label"] = 7
    row["more"] = "new"
    #expect(try text(row) == text(["question": "one", "label": 7, "more": "new"]))
    var other = row
    other["label"] = 8
    #expect(try text(row) == text(["question": "one", "label": 7, "more": "new"]))
    #expect(try text(Self.table[0]) == text(["question": "one", "label": 1]))
  }

  @Test("A table whose columns have other lengths, and a row outside, are traps")
  func outside() async {
    await #expect(processExitsWith: .failure) { _ = TemplateTable([("a", [1, 2])], rowCount: 1) }
    await #expect(processExitsWith: .failure) { _ = TemplateTable([("a", [1])], rowCount: 1)[1] }
  }

  @Test("A value takes three words, since data sets have millions")
  func size() { #expect(MemoryLayout<TemplateValue>.stride == 24) }

  @Test("Keys are added in time that does not grow with those that are there")
  func linear() throws {
    func seconds(_ count: Int) -> Duration {
      ContinuousClock().measure {
        var dictionary = TemplateDictionary()
        for index in 0..<count { dictionary["\(index)"] = .integer(index) }
      }
    }
    // Copied for each key, thirty-two times as many would take a thousand times as long.
    #expect(seconds(64_000) < (0..<3).map { _ in seconds(2_000) }.max()! * 200)
  }
}

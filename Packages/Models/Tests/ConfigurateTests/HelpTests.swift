import Basics
import Configurate
import Testing

private struct Documented: Settings {
  @Setting("eval/length", help: "Number of documents; all of them unless positive") var length = -1
  @Setting("eval/evaluations") var evaluations: [String]
  @Setting("model/layers", atMost: 100, help: "Number of blocks") var layers = 2
  @Setting("model/weights", help: "Weights by name") var weights: [String: Int] = ["length": 1]
}
private struct Undocumented: Settings { @Setting("eval/length") var length = -1 }

@Suite("Help of settings")
struct HelpTests {
  @Test("A setting's help is written above its key, and a reader ignores it")
  func comments() throws {
    let schema = try SettingsSchema(of: [Undocumented.self, Documented.self])
    let text = schema.defaults.yaml { schema[$0]?.help ?? "" }
    #expect(
      text == """
        eval:
          # Number of documents; all of them unless positive
          length: -1
          evaluations: ???
        model:
          # Number of blocks
          layers: 2
          # Weights by name
          weights:
            length: 1

        """)
    #expect(try SettingsTree(yaml: text, name: "text").yaml == schema.defaults.yaml)
  }

  @Test("A setting's help is broken into lines")
  func wrapping() throws {
    let help = Array(repeating: "word", count: 60).joined(separator: " ")
    let text = SettingsTree(Documented()).yaml { $0 == "eval/length" ? help : "" }
    let lines = text.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 100 })
    #expect(lines[1].hasPrefix("  # word") && lines[2].hasPrefix("  # word"))
  }

  @Test(
    "A setting's help is found by its key, by dots and by last parts",
    arguments: ["eval/length", "eval.length", "length"])
  func lookup(name: String) throws {
    let schema = try SettingsSchema(of: [Documented.self])
    #expect(schema.declarations(named: name).map(\.key) == ["eval/length"])
  }

  @Test("A key that does not exist gets the nearest one that does")
  func nearest() throws {
    let schema = try SettingsSchema(of: [Documented.self])
    #expect(schema.declarations(named: "eval.lenght").isEmpty && schema.declarations(named: "").isEmpty)
    #expect(schema.nearestKey(to: "eval.lenght") == "eval/length")
    #expect(schema.nearestKey(to: "lenght") == "eval/length")
    #expect(schema.nearestKey(to: "nothing at all") == nil)
  }
}

@Suite("Bounds of settings")
struct BoundTests {
  private let schema = try? SettingsSchema(of: [Documented.self])

  @Test("A value beyond a setting's bound is refused with the facts", arguments: [101, Int.max])
  func above(value: Int) throws {
    var tree = try SettingsTree(yaml: "eval: {evaluations: []}", name: "file")
    try tree.overlay(SettingsTree(yaml: "model: {layers: \(value)}", name: "file"), unknownKeys: .add)
    let checked = #expect(throws: SettingsError.self) { try schema?.checked(tree) }
    let error = #expect(throws: SettingsError.self) {
      try withConfiguration(tree) { try configure(Documented.self) }
    }
    #expect(checked == error)
    #expect(error?.key == "model/layers" && error?.expected == "an integer of at most 100")
    #expect(error?.found?.description == "\(value)" && error?.nearest == nil)
    #expect(error?.origin == .file("file", line: 1))
  }

  @Test("A value at a setting's bound is accepted")
  func at() throws {
    let tree = try SettingsTree(yaml: "eval: {evaluations: []}\nmodel: {layers: 100}", name: "file")
    #expect(try withConfiguration(tree) { try configure(Documented.self) }.layers == 100)
  }

  @Test("A text inside a data file and a missing file are different errors")
  func origins() throws {
    let data = #expect(throws: SettingsError.self) {
      try SettingsTree(yaml: "a: [", name: "checkpoint", isData: true)
    }
    #expect(data?.fault == .badData)
    let missing = #expect(throws: SettingsError.self) { try SettingsTree(yamlFile: "/nowhere/a.yaml") }
    #expect(missing?.fault == .missingInput)
    #expect(missing?.origin == .file("/nowhere/a.yaml", line: nil))
  }
}

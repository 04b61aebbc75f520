import Configurate
import Testing

private struct Model: Settings {
  @Setting("architecture/n_embd") var width = 2048
  @Setting("architecture/rate") var rate = 1.0
  @Setting("eval/evaluations") var evaluations: [String]
}

private struct SameWidth: Settings { @Setting("architecture/n_embd") var width = 2048 }
private struct AnyWidth: Settings { @Setting("architecture/n_embd") var width: Int }
private struct OtherWidth: Settings { @Setting("architecture/n_embd") var width = 4096 }
private struct TextWidth: Settings { @Setting("architecture/n_embd") var width = "wide" }
private struct Inner: Settings { @Setting("architecture/n_embd/unit") var unit = 1 }
private struct Outer: Settings { @Setting("architecture") var name = "gpt" }

@Suite("Schema")
struct SchemaTests {
  @Test("declarations that agree are one key, and a default may come from any")
  func agreement() throws {
    let schema = try SettingsSchema(of: [AnyWidth.self, Model.self, SameWidth.self])
    #expect(schema.defaults.yaml == "architecture:\n  n_embd: 2048\n  rate: 1.0\neval:\n  evaluations: ???\n")
    #expect(schema["architecture/n_embd"]?.typeName == "an integer")
    #expect(schema["architecture/n_embe"] == nil)
  }

  private func sentence(_ types: [any Settings.Type], mandatory: Set<String> = []) -> String {
    do { return "\(try SettingsSchema(of: types, mandatory: mandatory).defaults)" } catch {
      return "\(error)"
    }
  }

  @Test("declarations that disagree are an error with both types and both defaults")
  func disagreement() {
    let module = "ConfigurateTests"
    let text = sentence([Model.self, OtherWidth.self, TextWidth.self]).replacing(
      /\(unknown context at [^)]*\)\./, with: "")
    #expect(
      text == """
        setting 'architecture/n_embd' is declared twice with different defaults: \
        an integer (default 2048) in \(module).Model and an integer (default 4096) in \(module).OtherWidth; \
        setting 'architecture/n_embd' is declared twice with different types: \
        an integer (default 2048) in \(module).Model and text (default wide) in \(module).TextWidth
        """)
  }

  @Test("a job may leave a disagreement to its user")
  func mandatory() {
    #expect(
      sentence([Model.self, OtherWidth.self], mandatory: ["architecture/n_embd"])
        == "{architecture: {n_embd: ???, rate: 1.0}, eval: {evaluations: ???}}")
    #expect(
      sentence([Model.self], mandatory: ["architecture/n_embed"])
        == "unknown setting 'architecture/n_embed'; did you mean 'architecture/n_embd'?")
  }

  @Test(
    "keys do not nest under values",
    arguments: [[Inner.self, SameWidth.self], [SameWidth.self, Inner.self]] as [[any Settings.Type]])
  func collision(types: [any Settings.Type]) {
    #expect(
      sentence(types).hasPrefix(
        "key collision: 'architecture/n_embd/unit', an integer (default 1) in ConfigurateTests."))
    #expect(
      sentence(types).contains("tries to nest under 'architecture/n_embd', an integer (default 2048) in "))
    #expect(
      sentence([Outer.self, Inner.self]).contains("tries to nest under 'architecture', text (default gpt)"))
  }

  @Test("a tree is checked whole, and comes back in its types' own form")
  func checks() throws {
    let schema = try SettingsSchema(of: [Model.self])
    let checked = try schema.checked([
      "architecture": ["n_embd": "64", "rate": 2], "eval/evaluations": [1],
    ])
    #expect(checked.description == "{architecture: {n_embd: 64, rate: 2.0}, eval: {evaluations: ['1']}}")
    let error = #expect(throws: SettingsError.self) { try schema.checked(["architecture": ["n_embd": "x"]]) }
    #expect(
      error?.description == """
        setting 'architecture/n_embd' must be an integer, got 'x' (text); \
        mandatory setting 'eval/evaluations' has no value
        """)
    #expect(try schema.checked([:], allowingMissing: true) == schema.defaults)
  }
}

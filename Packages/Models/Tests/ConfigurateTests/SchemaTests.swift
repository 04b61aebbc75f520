import Testing

@testable import Configurate

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
  @Test("Declarations that agree make one key, and any of them may give the default")
  func agreement() throws {
    let schema = try SettingsSchema(of: [AnyWidth.self, Model.self, SameWidth.self])
    #expect(schema.defaults.yaml == "architecture:\n  n_embd: 2048\n  rate: 1.0\neval:\n  evaluations: ???\n")
    #expect(schema["architecture/n_embd"]?.typeName == "an integer")
    #expect(schema["architecture/n_embe"] == nil)
  }

  private func problems(_ types: [any Settings.Type], mandatory: Set<String> = [])
    -> [SettingsError.Problem]
  {
    do { _ = try SettingsSchema(of: types, mandatory: mandatory) } catch { return error.problems }
    return []
  }

  @Test("Declarations that disagree are an error with both types and both defaults")
  func disagreement() {
    let found = problems([Model.self, OtherWidth.self, TextWidth.self])
    #expect(found.map(\.key) == ["architecture/n_embd", "architecture/n_embd"])
    guard case .conflictingDefaults(let first, let second)? = found.first?.kind,
      case .conflictingTypes(let number, let text)? = found.last?.kind
    else {
      Issue.record("\(found)")
      return
    }
    #expect((first.defaultTree, second.defaultTree) == (2048, 4096))
    #expect((number.typeName, text.typeName) == ("an integer", "text"))
    #expect(first == number && first.owner.hasSuffix("Model") && text.owner.hasSuffix("TextWidth"))
  }

  @Test("A job may leave a disagreement to its user")
  func mandatory() throws {
    let schema = try SettingsSchema(of: [Model.self, OtherWidth.self], mandatory: ["architecture/n_embd"])
    #expect(schema.defaults["architecture/n_embd"] == .missing)
    #expect(
      problems([Model.self], mandatory: ["architecture/n_embed"]) == [
        .init(.unknownKey(nearest: "architecture/n_embd"), key: "architecture/n_embed")
      ])
  }

  @Test(
    "Keys cannot stand below a value",
    arguments: [[Inner.self, SameWidth.self], [SameWidth.self, Inner.self]] as [[any Settings.Type]])
  func collision(types: [any Settings.Type]) {
    for (types, outerKey) in [(types, "architecture/n_embd"), ([Outer.self, Inner.self], "architecture")] {
      guard case .collision(let inner, let outer)? = problems(types).first?.kind else {
        Issue.record("\(types)")
        continue
      }
      #expect((inner.key, outer.key) == ("architecture/n_embd/unit", outerKey))
    }
  }

  @Test("A whole tree is checked, and comes back in the form of its types")
  func checks() throws {
    let schema = try SettingsSchema(of: [Model.self])
    let checked = try schema.checked([
      "architecture": ["n_embd": "64", "rate": 2], "eval/evaluations": [1],
    ])
    #expect(checked.description == "{architecture: {n_embd: 64, rate: 2.0}, eval: {evaluations: ['1']}}")
    let error = #expect(throws: SettingsError.self) { try schema.checked(["architecture": ["n_embd": "x"]]) }
    #expect(
      error?.problems == [
        .init(.wrongType(expected: "an integer", found: "x"), key: "architecture/n_embd"),
        .init(.missing, key: "eval/evaluations"),
      ])
    #expect(try schema.checked([:], allowingMissing: true) == schema.defaults)
  }
}

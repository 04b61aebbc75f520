import Configurate
import Testing

private struct Source: SettingRecord, Equatable {
  @Setting("name") var name: String
  @Setting("rate") var rate = 1.0
  @Setting("options/suffix") var suffix = ""
  init() {}
  init(_ name: String) { self.name = name }
}

private struct Mixture: Settings {
  @Setting("training/dataset") var sources = [Source("fineweb")]
  @Setting("sampling") var sampling: SettingsTree = ["top_p": 1.0]
}

@Suite("Setting values")
struct SettingValueTests {
  private func read<Value: SettingValue>(_ tree: SettingsTree, as type: Value.Type = Value.self) throws
    -> Value?
  {
    try (["k": tree] as SettingsTree).value(of: "k", as: type)
  }

  @Test("what converts")
  func converts() throws {
    #expect(try read("12", as: Int.self) == 12)
    #expect(try read(3, as: Double.self) == 3)
    #expect(try read("1e-3", as: Double.self) == 0.001)
    #expect(try read(0.1, as: Float.self) == 0.1)
    #expect(try read("yes", as: Bool.self) == true)
    #expect(try read(3, as: String.self) == "3")
    #expect(try read(true, as: String.self) == "true")
    #expect(try read(.null, as: Int?.self) == .some(nil))
    #expect(try read(3, as: Int?.self) == 3)
    #expect(try read(["1", 2], as: [Int].self) == [1, 2])
    #expect(try read(["a": 1, "b": "2"], as: [String: Int].self) == ["a": 1, "b": 2])
    #expect(try read("bfloat16", as: Precision.self) == .bfloat16)
    #expect(try read(["x": [1]], as: SettingsTree.self) == ["x": [1]])
  }

  @Test("text keeps the spelling of a number")
  func spelling() throws {
    let tree = try SettingsTree(yaml: "a: 1.10\nb: 0x10\nc: 1e5", name: "t")
    #expect(try tree.value(of: "a") == "1.10")
    #expect(try tree.value(of: "b") == "0x10")
    #expect(try tree.value(of: "c") == "1e5")
  }

  private func sentence<Value: SettingValue>(_ tree: SettingsTree, _ type: Value.Type) -> String {
    do { return "\(try read(tree, as: type) as Any)" } catch { return "\(error)" }
  }

  @Test("what does not convert is named with its type and value")
  func refuses() {
    #expect(sentence("abc", Int.self) == "setting 'k' must be an integer, got 'abc' (text)")
    #expect(sentence(1.5, Int.self) == "setting 'k' must be an integer, got '1.5' (a number)")
    #expect(sentence(1.0, Int.self) == "setting 'k' must be an integer, got '1.0' (a number)")
    #expect(sentence("1.0", Int.self) == "setting 'k' must be an integer, got '1.0' (text)")
    #expect(sentence(true, Int.self) == "setting 'k' must be an integer, got 'true' (a truth value)")
    #expect(sentence(.null, Int.self) == "setting 'k' must be an integer, got null")
    #expect(sentence([1], Int.self) == "setting 'k' must be an integer, got a list of 1")
    #expect(sentence(true, Double.self) == "setting 'k' must be a number, got 'true' (a truth value)")
    #expect(sentence("???", Double.self) == "mandatory setting 'k' has no value")
    #expect(
      sentence(1e300, Float.self)
        == "setting 'k' must be a number that float32 holds, got '1.0e+300' (a number)")
    #expect(sentence(1, Bool.self) == "setting 'k' must be true or false, got '1' (an integer)")
    #expect(sentence(["a": 1], String.self) == "setting 'k' must be text, got a mapping")
    #expect(sentence("x", Int?.self) == "setting 'k' must be an integer or null, got 'x' (text)")
    #expect(sentence("x", [String].self) == "setting 'k' must be a list, each element text, got 'x' (text)")
    #expect(
      sentence([1, "x", 1.5], [Int].self) == """
        setting 'k/1' must be an integer, got 'x' (text); setting 'k/2' must be an integer, got '1.5' (a number)
        """)
    #expect(
      sentence("float23", Precision.self) == """
        setting 'k' must be one of 'float32', 'bfloat16', 'float16', got 'float23' (text); did you mean 'float32'?
        """)
  }

  @Test("records are lists of settings with keys of their own")
  func records() throws {
    let yaml = "training: {dataset: [{name: a, rate: 0.5}, {name: b, options: {suffix: s}}]}"
    let mixture = try withConfiguration(SettingsTree(yaml: yaml, name: "t")) { try configure(Mixture.self) }
    #expect(mixture.sources.map(\.name) == ["a", "b"])
    #expect(mixture.sources.map(\.rate) == [0.5, 1])
    #expect(mixture.sources[1].suffix == "s")
    let defaults = try SettingsTree.defaults(for: [Mixture.self])
    #expect(defaults.keys == ["training/dataset", "sampling"])
    #expect(
      defaults["training/dataset"] == [["name": "fineweb", "rate": 1.0, "options": ["suffix": ""]]])
  }

  @Test("a record's faults are named by path")
  func recordFaults() {
    let tree: SettingsTree = [
      "training": [
        "dataset": [["name": "a", "rat": 1], ["rate": "x"], 3, ["name": "b", "options/sufix": 1]]
      ]
    ]
    let error = #expect(throws: SettingsError.self) {
      try withConfiguration(tree) { try configure(Mixture.self) }
    }
    #expect(
      error?.description == """
        unknown setting 'training/dataset/0/rat'; did you mean 'training/dataset/0/rate'?; \
        setting 'training/dataset/1/rate' must be a number, got 'x' (text); \
        setting 'training/dataset/2' must be a mapping of Source, got '3' (an integer); \
        unknown setting 'training/dataset/3/options/sufix'; did you mean 'training/dataset/3/options/suffix'?; \
        mandatory setting 'training/dataset/1/name' has no value
        """)
  }

  @Test("a whole mapping is one setting, open to any name")
  func wholeMappings() throws {
    var tree = try SettingsTree.defaults(for: [Mixture.self])
    try tree.applyOverrides(["sampling.temperature=0.7"])
    let mixture = try withConfiguration(tree) { try configure(Mixture.self) }
    #expect(mixture.sampling == ["top_p": 1.0, "temperature": 0.7])
    #expect(
      tree.changes(from: try .defaults(for: [Mixture.self])) == [
        "sampling": ["top_p": 1.0, "temperature": 0.7]
      ])
  }
}

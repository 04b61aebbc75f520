import Testing

@testable import Configurate

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

  @Test("A value converts to the types that it fits")
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

  @Test("A text keeps the spelling of a number")
  func spelling() throws {
    let tree = try SettingsTree(yaml: "a: 1.10\nb: 0x10\nc: 1e5", name: "t")
    #expect(try tree.value(of: "a") == "1.10")
    #expect(try tree.value(of: "b") == "0x10")
    #expect(try tree.value(of: "c") == "1e5")
  }

  /// What is wrong with a value, and below which key.
  private func problems<Value: SettingValue>(_ tree: SettingsTree, _ type: Value.Type)
    -> [SettingsError.Problem]
  {
    do { _ = try (["k": tree] as SettingsTree).value(of: "k", as: type) } catch { return error.problems }
    return []
  }

  @Test("A value that does not convert is named with the type and the value")
  func refuses() {
    func wrong(_ expected: String, _ found: SettingsTree, nearest: String? = nil, key: String = "k")
      -> SettingsError.Problem
    {
      .init(.wrongType(expected: expected, found: found, nearest: nearest), key: key)
    }
    for found: SettingsTree in ["abc", 1.5, "1.0", true, .null, [1]] {
      #expect(problems(found, Int.self) == [wrong("an integer", found)])
    }
    #expect(problems(1.0, Int.self) == [wrong("an integer", 1.0)])
    #expect(problems(true, Double.self) == [wrong("a number", true)])
    #expect(problems("???", Double.self) == [.init(.missing, key: "k")])
    #expect(problems(1e300, Float.self) == [wrong("a number that float32 holds", 1e300)])
    #expect(problems(1, Bool.self) == [wrong("true or false", 1)])
    #expect(problems(["a": 1], String.self) == [wrong("text", ["a": 1])])
    #expect(problems("x", Int?.self) == [wrong("an integer or null", "x")])
    #expect(problems("x", [String].self) == [wrong("a list, each element text", "x")])
    #expect(
      problems([1, "x", 1.5], [Int].self) == [
        wrong("an integer", "x", key: "k/1"), wrong("an integer", 1.5, key: "k/2"),
      ])
    #expect(
      problems("float23", Precision.self) == [
        wrong("one of 'float32', 'bfloat16', 'float16'", "float23", nearest: "float32")
      ])
  }

  @Test("A record is a list of settings with keys of their own")
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

  @Test("A fault in a record is named by its path")
  func recordFaults() {
    let tree: SettingsTree = [
      "training": [
        "dataset": [["name": "a", "rat": 1], ["rate": "x"], 3, ["name": "b", "options/sufix": 1]]
      ]
    ]
    let error = #expect(throws: SettingsError.self) {
      try withConfiguration(tree) { try configure(Mixture.self) }
    }
    let expected: [String: SettingsError.Problem.Kind] = [
      "training/dataset/0/rat": .unknownKey(nearest: "training/dataset/0/rate"),
      "training/dataset/1/rate": .wrongType(expected: "a number", found: "x"),
      "training/dataset/1/name": .missing,
      "training/dataset/2": .wrongType(expected: "a mapping of Source", found: 3),
      "training/dataset/3/options/sufix": .unknownKey(nearest: "training/dataset/3/options/suffix"),
    ]
    #expect(error?.problems.count == expected.count)
    for problem in error?.problems ?? [] { #expect(expected[problem.key] == problem.kind, "\(problem)") }
  }

  @Test("A mapping may be one setting that is open to any name")
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

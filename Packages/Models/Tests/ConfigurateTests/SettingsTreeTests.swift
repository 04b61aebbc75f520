import Basics
import Testing

@testable import Configurate

@Suite("Settings tree")
struct SettingsTreeTests {
  @Test("Keys with slashes read, make and remove nested values")
  func keys() {
    var tree: SettingsTree = ["architecture/n_embd": 32]
    #expect(tree["architecture/n_embd"] == 32)
    #expect(tree["architecture"] == ["n_embd": 32])
    #expect(tree["architecture/n_embd/deeper"] == nil)
    #expect(tree["absent"] == nil)
    tree["a/b/c"] = "x"
    #expect(tree.keys == ["architecture/n_embd", "a/b/c"])
    tree["a/b/c"] = nil
    tree["not/there"] = nil
    #expect(tree.keys == ["architecture/n_embd"])
    #expect(tree["not"] == nil)
  }

  @Test("Trees are equal where their values mean the same")
  func equality() throws {
    #expect(SettingsTree(.integer(1)) == SettingsTree(.number(1)))
    #expect(SettingsTree(.integer(1)) != SettingsTree(.number(1.5)))
    #expect(SettingsTree(.integer(1)) != SettingsTree(.bool(true)))
    #expect(SettingsTree(.number(.nan)) == SettingsTree(.number(.nan)))
    #expect(try SettingsTree(yaml: "{b: 1, a: 0x1}", name: "x") == ["a": 1, "b": 1])
  }

  @Test("One value is read by its key")
  func value() throws {
    let tree: SettingsTree = ["a": ["n": "12", "open": "???"]]
    #expect(try tree.value(of: "a/n", as: Int.self) == 12)
    #expect(try tree.value(of: "a/m", as: Int.self) == nil)
    #expect(throws: SettingsError.self) { try tree.value(of: "a/open", as: Int.self) }
  }
}

@Suite("Overlay")
struct OverlayTests {
  private let defaults: SettingsTree = [
    "architecture": ["n_layers": 32, "n_embd": 2048], "eval": ["evaluations": "???", "suite": ["a", "b"]],
  ]

  @Test("An overlay wins over the tree, replaces whole lists, and ??? replaces nothing")
  func wins() throws {
    var tree = defaults
    try tree.overlay(["architecture": ["n_layers": 2, "n_embd": "???"], "eval": ["suite": ["c"]]])
    #expect(
      tree == [
        "architecture": ["n_layers": 2, "n_embd": 2048], "eval": ["evaluations": "???", "suite": ["c"]],
      ])
  }

  @Test("An unknown key in an overlay names the nearest one and its place, and changes nothing")
  func unknown() throws {
    var tree = defaults
    let file = try SettingsTree(
      yaml: "architecture:\n  n_layers: 3\n  n_layer: 2\nn_embd: 1\nzzz: 1\n", name: "run.yaml")
    let error = #expect(throws: SettingsError.self) { try tree.overlay(file) }
    func unknown(_ key: String, line: Int, nearest: String?) -> SettingsError.Problem {
      .init(.unknownKey(nearest: nearest), key: key, origin: .file("run.yaml", line: line))
    }
    #expect(
      error?.problems == [
        unknown("architecture/n_layer", line: 3, nearest: "architecture/n_layers"),
        unknown("n_embd", line: 4, nearest: "architecture/n_embd"), unknown("zzz", line: 5, nearest: nil),
      ])
    #expect(tree == defaults)
  }

  @Test("Unknown keys in an overlay can be skipped or added")
  func skipsOrAdds() throws {
    var tree = defaults
    try tree.overlay(["optimization/lr": 0.1, "eval/suite": []], unknownKeys: .skip)
    #expect(tree["optimization"] == nil)
    #expect(tree["eval/suite"] == [])
    try tree.overlay(["optimization/lr": 0.1], unknownKeys: .add)
    #expect(tree["optimization/lr"] == 0.1)
  }

  @Test("An overlay cannot put a value where a group is, nor a group where a value is")
  func shapes() throws {
    var tree = defaults
    let error = #expect(throws: SettingsError.self) {
      try tree.overlay(SettingsTree(yaml: "architecture: 3\neval:\n  suite: {a: 1}", name: "f"))
    }
    #expect(
      error?.problems == [
        .init(.valueForGroup(found: 3), key: "architecture", origin: .file("f", line: 1)),
        .init(.groupForValue(expected: ["a", "b"]), key: "eval/suite", origin: .file("f", line: 3)),
      ])
  }

  @Test("A file may write a path with slashes")
  func slashNames() throws {
    var tree = defaults
    try tree.overlay(SettingsTree(yaml: "architecture/n_embd: 64", name: "f"))
    #expect(tree["architecture/n_embd"] == 64)
  }

  @Test("The changes between two trees are the keys that differ")
  func changes() throws {
    var tree = defaults
    #expect(tree.changes(from: defaults) == [:])
    try tree.overlay(["architecture/n_embd": 64, "eval/evaluations": ["x"]])
    #expect(tree.changes(from: defaults) == ["architecture/n_embd": 64, "eval/evaluations": ["x"]])
    tree["new/key"] = 1
    #expect(tree.changes(from: defaults)["new/key"] == 1)
  }
}

@Suite("Overrides")
struct OverrideTests {
  private let defaults: SettingsTree = [
    "architecture": ["n_layers": 32, "dropout": 0.0], "eval": ["evaluations": "???"], "name": "x",
  ]

  @Test(
    "The values of overrides are YAML",
    arguments: [
      ("architecture.dropout=1e-3", "architecture/dropout", 0.001),
      ("architecture/n_layers=2", "architecture/n_layers", 2),
      ("eval.evaluations=[blimp, mnli]", "eval/evaluations", ["blimp", "mnli"]),
      ("name=true", "name", true), ("name='12'", "name", "12"), ("name=a=b", "name", "a=b"),
      ("name=", "name", SettingsTree.null), ("name", "name", .null), ("name=null", "name", .null),
    ] as [(String, String, SettingsTree)])
  func values(override: String, key: String, expected: SettingsTree) throws {
    var tree = defaults
    try tree.applyOverrides([override])
    #expect(tree[key] == expected)
  }

  @Test("A later override wins, and a group can be given at once")
  func later() throws {
    var tree = defaults
    try tree.applyOverrides(["architecture={n_layers: 1, dropout: 0.5}", "architecture.n_layers=2"])
    #expect(tree["architecture"] == ["n_layers": 2, "dropout": 0.5])
  }

  @Test("Every faulty override is named with its argument, and none is applied")
  func faults() {
    var tree = defaults
    let error = #expect(throws: SettingsError.self) {
      try tree.applyOverrides(["name=y", "architecture.n_layer=3", "name=[", "=3", "a..b=1"])
    }
    let form = SettingsError.Problem.Kind.violation(.value(expected: "KEY=VALUE with a key such as 'a.b'"))
    #expect(
      error?.problems == [
        .init(
          .unknownKey(nearest: "architecture/n_layers"), key: "architecture/n_layer",
          origin: .override("architecture.n_layer=3")),
        .init(
          .noYAML(reason: "while parsing a flow node, did not find expected node content"), key: "",
          origin: .override("name=[")),
        .init(form, key: "", origin: .override("=3")), .init(form, key: "", origin: .override("a..b=1")),
      ])
    #expect(tree == defaults)
  }
}

@Suite("References")
struct ReferenceTests {
  @Test("A reference takes the value of another setting")
  func follows() throws {
    let tree: SettingsTree = [
      "width": "${model.width}", "model/width": "${base/width}", "base": ["width": 64], "all": ["${base}"],
    ]
    let resolved = try tree.resolvingReferences()
    #expect(resolved["width"] == 64)
    #expect(resolved["all"] == [["width": 64]])
  }

  @Test(
    "A reference that is not understood is refused",
    arguments: [
      ("${b}", .unknown("b", nearest: "a")), ("${a}", .circle), ("x${c}", .form), ("${oc.env:HOME}", .form),
    ] as [(String, SettingsError.Problem.ReferenceFault)])
  func refuses(text: String, fault: SettingsError.Problem.ReferenceFault) {
    let tree = SettingsTree(dictionaryLiteral: ("a", SettingsTree(.text(text))), ("c", 1))
    let error = #expect(throws: SettingsError.self) { try tree.resolvingReferences() }
    #expect(error?.problems == [.init(.badReference(text: text, fault), key: "a")])
  }

  @Test("A backslash keeps the letters of a reference, in reading and in writing")
  func escapes() throws {
    #expect(try (["a": "\\${b}"] as SettingsTree).value(of: "a") == "${b}")
    #expect("${b}".settingsTree == "\\${b}")
    #expect(try (["a": "${b}".settingsTree] as SettingsTree).value(of: "a") == "${b}")
  }
}

import Basics
import Configurate
import Foundation
import Testing

@Suite("YAML")
struct YAMLTests {
  @Test(
    "Plain scalars mean what YAML's core schema says",
    arguments: [
      ("3", 3), ("-7", -7), ("+7", 7), ("0x1F", 31), ("0o17", 15), ("0b101", 5), ("1_000", 1000), ("0", 0),
      ("1e-3", 0.001), ("1.0e-05", 1e-5), (".5", 0.5), ("1.", 1.0), ("-0.0", -0.0), ("2E3", 2000.0),
      ("123456789012345678901234567890", 123456789012345678901234567890.0),
      (".inf", SettingsTree(.number(.infinity))), ("-.inf", SettingsTree(.number(-.infinity))),
      (".nan", SettingsTree(.number(.nan))), ("true", true), ("False", false), ("null", .null), ("~", .null),
      ("", .null), ("???", .missing), ("'???'", .missing), ("yes", "yes"), ("no", "no"), ("010", "010"),
      ("1:30", "1:30"), ("2024-01-01", "2024-01-01"), ("1e400", "1e400"), ("'12'", "12"),
      ("\"a\\nb\"", "a\nb"),
      ("!!str 12", "12"), ("inf", "inf"), (".", "."), ("1e", "1e"), ("e1", "e1"), ("1e5x", "1e5x"),
      ("_1", "_1"), ("1_0.5", 10.5), ("00.5", "00.5"), ("nan", "nan"), ("1 2", "1 2"),
    ] as [(String, SettingsTree)])
  func scalars(text: String, expected: SettingsTree) throws {
    #expect(try SettingsTree(yaml: "a: \(text)", name: "t")["a"] == expected)
  }

  @Test(
    "Numbers are written as Python and PyYAML write them",
    arguments: [
      (1e-5, "1.0e-05"), (3e-4, "0.0003"), (1e6, "1000000.0"), (1e-4, "0.0001"), (1.5e-7, "1.5e-07"),
      (0.1, "0.1"), (1e16, "1.0e+16"), (9.5e15, "9500000000000000.0"),
      (1.2345678901234568e16, "1.2345678901234568e+16"),
      (1e22, "1.0e+22"), (1e100, "1.0e+100"), (123456.789, "123456.789"), (-2.5, "-2.5"), (0, "0.0"),
      (-0.0, "-0.0"),
      (.leastNonzeroMagnitude, "5.0e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"),
      (.infinity, ".inf"),
      (-.infinity, "-.inf"), (.nan, ".nan"), (100, "100.0"), (0.00012345, "0.00012345"),
    ] as [(Double, String)])
  func numbers(number: Double, text: String) throws {
    #expect(SettingsTree(.number(number)).description == text)
    #expect(try SettingsTree(yaml: "a: \(text)", name: "t")["a"] == SettingsTree(.number(number)))
  }

  @Test("The layout of YAML is OmegaConf's")
  func layout() throws {
    let tree: SettingsTree = [
      "architecture": ["n_layers": 2, "eps": 1e-5, "rope": true],
      "eval": ["evaluations": "???", "none": .null],
      "training": [
        "dataset": [["name": "fineweb", "rate": 1.0], ["name": "x", "parts": ["a", "b"]]], "empty": [],
        "map": [:],
        "nested": [[1, 2], [3]],
      ], "text": "yes",
    ]
    let yaml = """
      architecture:
        n_layers: 2
        eps: 1.0e-05
        rope: true
      eval:
        evaluations: ???
        none: null
      training:
        dataset:
        - name: fineweb
          rate: 1.0
        - name: x
          parts:
          - a
          - b
        empty: []
        map: {}
        nested:
        - - 1
          - 2
        - - 3
      text: 'yes'

      """
    #expect(tree.yaml == yaml)
    #expect(try SettingsTree(yaml: yaml, name: "t") == tree)
    #expect(try SettingsTree(yaml: yaml, name: "t").yaml == yaml)
  }

  @Test(
    "Any text survives writing and reading, and stays a text",
    arguments: [
      "", " ", "plain", "two words", "yes", "No", "on", "null", "~", "true", "12", "1e5", "1.0", "0x10",
      "010", "1:30",
      "2024-01-01", "2001-12-14t21:59:43.10-05:00", "1_000", ".5", "-", "- a", "-a", "?", "? a", ":", "a: b",
      "a:b", "a:",
      "a #b", "a#b", "#a", "'", "it's", "\"", "\\", "\\n", "a\nb", "a\n", "\n", "\t", "tab\there", "é", "日本語",
      "🙂",
      "\u{0}", "\u{7F}", "\u{85}", "\u{2028}", "a\u{FEFF}b", "[a]", "{a}", "a, b", "*a", "&a", "!a", "|", ">",
      "%a", "@a",
      "`a`", "=", "<<", " leading", "trailing ", "---", "...", "--- a", "a\r\nb", "${a}", ".inf", "y", "n",
      "+1", "+", "1a",
      "e3", "1e", "NaN", "0", "00", "a  b", "key: [1, 2]", "\u{1F600}\u{301}", "{\"a\": 1}",
    ])
  func text(text: String) throws {
    let tree: SettingsTree = ["key": SettingsTree(.text(text)), "list": [SettingsTree(.text(text))]]
    #expect(try SettingsTree(yaml: tree.yaml, name: "t") == tree)
    #expect(try SettingsTree(yaml: tree.json, name: "t") == tree)
    var named = SettingsTree()
    var mapping = SettingsMapping()
    mapping[text] = 1
    named["group"] = SettingsTree(.mapping(mapping))
    #expect(try SettingsTree(yaml: named.yaml, name: "t") == named)
    #expect(try JSONSerialization.jsonObject(with: Data(named.json.utf8)) is [String: Any])
  }

  @Test(
    "A text that is no YAML is refused with its place",
    arguments: [
      (
        "a: [1", 2,
        .noYAML(reason: "while parsing a flow sequence, did not find expected ',' or ']'")
      ),
      ("b: 1\na: 1\na: 2", 2, .violation(.repeated("the key 'a'"))),
      ("- a", 1, .violation(.value("the root", expected: "a mapping", found: "a list of 1"))),
      ("a: 1\n? [x]\n: 1", 2, .violation(.value("a key", expected: "a scalar"))),
      (
        "a: !!python/object:os.system x", 1,
        .violation(.unsupported("the tag 'tag:yaml.org,2002:python/object:os.system'"))
      ),
      ("a: *b", 1, .noYAML(reason: "found undefined alias")),
      (
        "a: 1\n---\nb: 2", 2,
        .noYAML(reason: "expected a single document in the stream, but found another document")
      ),
    ] as [(String, Int, SettingsError.Problem.Kind)])
  func refuses(yaml: String, line: Int, kind: SettingsError.Problem.Kind) {
    let error = #expect(throws: SettingsError.self) { try SettingsTree(yaml: yaml, name: "t") }
    #expect(error?.kind == kind)
    #expect(error?.origin == .file("t", line: line))
  }

  @Test("YAML has bounds of depth, values and bytes")
  func bounds() {
    func kind(_ yaml: String) -> SettingsError.Problem.Kind? {
      do { _ = try SettingsTree(yaml: yaml, name: "t") } catch { return error.kind }
      return nil
    }
    let depth = SettingsError.Problem.Kind.violation(.value("levels of nesting", expected: "at most 64"))
    let count = SettingsError.Problem.Kind.violation(.value("values", expected: "at most 100000"))
    let nested = { (depth: Int) in
      "a: " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(kind(nested(63)) == nil)
    #expect(kind(nested(65)) == depth)
    #expect(kind(nested(100_000)) == depth)
    #expect(kind("a: [" + String(repeating: "1,", count: 100_000) + "]") == count)
    let bomb = (1..<30).reduce("a0: &a0 [x, x]\n") { $0 + "a\($1): &a\($1) [*a\($1 - 1), *a\($1 - 1)]\n" }
    #expect(kind(bomb) == count)
    let length = Violation.value("length", expected: "at most 4194304 bytes", found: "4194309")
    #expect(kind("a: '" + String(repeating: "x", count: 4 << 20) + "'") == .violation(length))
  }

  @Test("A file of settings is read, or refused with the reason")
  func files() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "config.yaml").path
    let missing = #expect(throws: SettingsError.self) { try SettingsTree(yamlFile: path) }
    #expect(missing?.kind == .missingFile(nearest: nil) && missing?.origin == .file(path, line: nil))
    try Data([0xFF, 0xFE, 0x41]).write(to: URL(fileURLWithPath: path))
    let binary = #expect(throws: SettingsError.self) { try SettingsTree(yamlFile: path) }
    #expect(binary?.kind == .violation(.value("the file", expected: "UTF-8")))
    try Data("a: {b: 1}\n".utf8).write(to: URL(fileURLWithPath: path))
    let tree = try SettingsTree(yamlFile: path)
    #expect(tree["a/b"]?.origin == .file(path, line: 1))
    try Data().write(to: URL(fileURLWithPath: path))
    #expect(try SettingsTree(yamlFile: path) == [:])
  }

  @Test("JSON is written with JSON's own words")
  func json() {
    let tree: SettingsTree = [
      "a": ["b": 1.0, "c": [1, "x\"\n"]], "d": .missing, "e": .null, "f": [], "g": false,
    ]
    #expect(
      tree.json == """
        {
          "a": {
            "b": 1.0,
            "c": [
              1,
              "x\\"\\n"
            ]
          },
          "d": "???",
          "e": null,
          "f": [],
          "g": false
        }

        """)
  }
}

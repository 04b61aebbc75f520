import Basics
import Testing

@testable import Configurate

private struct Width: Settings { @Setting("n_embd") var width = 2048 }
private struct OtherWidth: Settings { @Setting("n_embd") var width = 4096 }
private struct Unit: Settings { @Setting("n_embd/unit") var unit = "m" }

/// The wording of all errors of settings; other tests compare their facts.
@Suite("Sentences of errors of settings")
struct ErrorSentenceTests {
  private static let file = SettingOrigin.file("f", line: 2)

  @Test(
    "Each sentence about settings is computed from the facts of its error",
    arguments: [
      (.noContext, "configure() must be called within a Configurate context"),
      (.missing, "mandatory setting 'a/b' has no value"),
      (.unknownKey(nearest: "a/c"), "unknown setting 'a/b' ('f', line 2); did you mean 'a/c'?"),
      (.unknownKey(nearest: nil), "unknown setting 'a/b' ('f', line 2)"),
      (
        .wrongType(expected: "an integer", found: 1.5),
        "setting 'a/b' must be an integer, got '1.5' (a number) ('f', line 2)"
      ),
      (
        .wrongType(expected: "one of 'x', 'y'", found: "z", nearest: "x"),
        "setting 'a/b' must be one of 'x', 'y', got 'z' (text) ('f', line 2); did you mean 'x'?"
      ),
      (.wrongType(expected: "text", found: .null), "setting 'a/b' must be text, got null ('f', line 2)"),
      (.wrongType(expected: "text", found: [1]), "setting 'a/b' must be text, got a list of 1 ('f', line 2)"),
      (
        .wrongType(expected: "text", found: ["a": 1]),
        "setting 'a/b' must be text, got a mapping ('f', line 2)"
      ),
      (
        .valueForGroup(found: true),
        "'a/b' is a group of settings, got 'true' (a truth value) ('f', line 2)"
      ),
      (
        .groupForValue(expected: 3),
        "setting 'a/b' is a value ('3' (an integer) by default), got a mapping ('f', line 2)"
      ),
      (
        .badReference(text: "${c}", .unknown("c", nearest: "b")),
        "setting 'a/b' holds the reference '${c}' ('f', line 2), but there is no setting 'c'; did you mean 'b'?"
      ),
      (
        .badReference(text: "${c}", .circle),
        "setting 'a/b' holds the reference '${c}' ('f', line 2), which leads back to itself"
      ),
      (
        .badReference(text: "x${c}", .form),
        "setting 'a/b' holds the reference 'x${c}' ('f', line 2), but only '${key}' with nothing around it "
          + "is understood; write '\\${' for the letters"
      ),
      (
        .missingFile(nearest: "g"),
        "settings cannot be read from 'f', line 2: there is no such file; did you mean 'g'?"
      ),
      (.unopened(reason: "it is a folder"), "settings cannot be read from 'f', line 2: it is a folder"),
      (.noYAML(reason: "R"), "settings cannot be read from 'f', line 2: R"),
      (
        .violation(.repeated("the key 'a'")),
        "settings cannot be read from 'f', line 2: the key 'a' occurs twice"
      ),
    ] as [(SettingsError.Problem.Kind, String)])
  func sentence(kind: SettingsError.Problem.Kind, expected: String) {
    #expect("\(SettingsError(.init(kind, key: "a/b", origin: Self.file)))" == expected)
  }

  @Test("Several problems stand in one sentence, mandatory settings at its end")
  func several() {
    let error = SettingsError([
      .init(.missing, key: "a"), .init(.unknownKey(nearest: nil), key: "b", origin: .override("b=1")),
      .init(.missing, key: "c"),
    ])
    #expect("\(error)" == "unknown setting 'b' (override 'b=1'); mandatory settings have no value: 'a', 'c'")
  }

  @Test("Declarations that disagree are named with type, default and owner")
  func declarations() {
    func sentence(_ types: [any Settings.Type]) -> String? {
      let error = #expect(throws: SettingsError.self) { try SettingsSchema(of: types) }
      return error?.description.replacing(/\(unknown context at [^)]*\)\./, with: "")
    }
    #expect(
      sentence([Width.self, OtherWidth.self]) == """
        setting 'n_embd' is declared twice with different defaults: an integer (default 2048) in \
        ConfigurateTests.Width and an integer (default 4096) in ConfigurateTests.OtherWidth
        """)
    #expect(
      sentence([Width.self, Unit.self]) == """
        key collision: 'n_embd/unit', text (default m) in ConfigurateTests.Unit, tries to nest under 'n_embd', \
        an integer (default 2048) in ConfigurateTests.Width
        """)
  }
}

import Configurate
import Testing

private struct Widths: Settings, Equatable {
  @Setting("architecture/n_layers") var layers = 32
  @Setting("architecture/n_embd") var width = 2048
  @Setting("architecture/dropout") var dropout = 0.0
}

private struct Suite: Settings {
  @Setting("eval/evaluations") var evaluations: [String]
  @Setting("eval/length") var length = -1
}

private struct Everything: Settings {
  var widths = Widths()
  var suite = Suite()
  @Setting("seed") var seed: Int
}

@Suite("configure")
struct ConfigureTests {
  @Test("Without a hydrator a struct holds its defaults")
  func plain() {
    #expect(Widths().layers == 32)
    #expect(Suite().length == -1)
  }

  @Test("Values come from the current tree, and absent keys keep their defaults")
  func hydrates() throws {
    let widths = try withConfiguration(["architecture": ["n_layers": 2, "n_embd": "64"]]) {
      try configure(Widths.self)
    }
    #expect(widths.layers == 2)
    #expect(widths.width == 64)
    #expect(widths.dropout == 0)
  }

  @Test("Overrides change this instance only and may give a mandatory value")
  func overrides() throws {
    try withConfiguration(["eval": ["evaluations": "???"], "architecture/n_layers": 2]) {
      let suite = try configure(Suite.self) { $0.evaluations = ["blimp"] }
      #expect(suite.evaluations == ["blimp"])
      #expect(try configure(Widths.self) { $0.layers = 7 }.layers == 7)
      #expect(try configure(Widths.self).layers == 2)
      #expect(ConfigurationContext.current?["eval/evaluations"] == .missing)
    }
  }

  @Test("Configuring outside of a context is an error")
  func noContext() {
    let error = #expect(throws: SettingsError.self) { try configure(Widths.self) }
    #expect(error?.kind == .noContext)
  }

  @Test("Nested settings are set too, and every fault is reported at once")
  func reportsTogether() {
    let tree: SettingsTree = ["architecture": ["n_layers": 1.5, "n_embd": "wide"], "seed": "???"]
    let error = #expect(throws: SettingsError.self) {
      try withConfiguration(tree) { try configure(Everything.self) }
    }
    #expect(
      error?.problems.map(\.kind) == [
        .wrongType(expected: "an integer", found: 1.5), .wrongType(expected: "an integer", found: "wide"),
        .missing, .missing,
      ])
    #expect(
      error?.problems.map(\.key) == [
        "architecture/n_layers", "architecture/n_embd", "eval/evaluations", "seed",
      ])
  }

  @Test("Contexts nest, end with their scope, and reach child tasks")
  func contexts() async throws {
    #expect(ConfigurationContext.current == nil)
    try await withConfiguration(["a": 1]) {
      await Task.yield()
      #expect(ConfigurationContext.current == ["a": 1])
      withConfiguration(["a": 2]) { #expect(ConfigurationContext.current == ["a": 2]) }
      async let child = ConfigurationContext.current
      #expect(await child == ["a": 1])
    }
    #expect(ConfigurationContext.current == nil)
  }

  @Test("A context ends also where its scope ends with an error")
  func contextEndsOnError() {
    struct Stop: Error {}
    #expect(throws: Stop.self) { try withConfiguration(["a": 1]) { throw Stop() } }
    #expect(ConfigurationContext.current == nil)
  }

  @Test("Settings become a tree of their current values")
  func asTree() {
    var everything = Everything()
    everything.widths.layers = 3
    everything.suite.evaluations = ["blimp"]
    #expect(
      SettingsTree(everything) == [
        "architecture": ["n_layers": 3, "n_embd": 2048, "dropout": 0.0],
        "eval": ["evaluations": ["blimp"], "length": -1], "seed": "???",
      ])
  }

  @Test("Reading a mandatory setting before it is set traps")
  func trapsOnUnsetRead() async {
    await #expect(processExitsWith: .failure) { _ = Suite().evaluations }
  }
}

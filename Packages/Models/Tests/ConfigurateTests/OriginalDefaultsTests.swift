import Configurate
import Foundation
import Testing

/// Trees of defaults are those of the original system, key for key.
///
/// It makes a key missing wherever declarations disagree. In its 32 jobs that happens by accident of which classes a job
/// combines: here such a job lists the key as mandatory, or does not start.
@Suite("Defaults of the original system")
struct OriginalDefaultsTests {
  private static let jobs: [String: (types: [any Settings.Type], mandatory: Set<String>)] = [
    "gpt/evaluate": ([EvaluatorSettings.self, TokenizerSettings.self], []),
    "backbone/evaluate": ([BackboneSettings.self, EvaluatorSettings.self, TokenizerSettings.self], []),
    "gpt/train/pretrain": (
      gptFamily + [
        TrainerSettings.self, AdamWSettings.self, WSDSettings.self, EvaluatorSettings.self,
        TokenizerSettings.self,
      ], []
    ),
  ]

  @Test(
    "A job's tree of defaults is the one that the original system wrote",
    .enabled(if: SharedFolder.exists, "there is no folder of fixtures beside the repository"),
    arguments: jobs.keys.sorted())
  func equalsFixture(job: String) throws {
    let (types, mandatory) = try #require(Self.jobs[job])
    let fixtures = try SettingsTree(
      yamlFile: SharedFolder.url.appending(path: "fixtures/default_configs.json").path)
    var expected = try #require(fixtures.mapping?[job])
    // The fixture holds Python's rendering of an enum; the original's YAML has its name.
    if expected["training/dataset"] != nil { expected["training/dataset"] = [DatasetSource().settingsTree] }
    let defaults = try SettingsTree.defaults(for: types, mandatory: mandatory)
    #expect(defaults == expected)
    #expect(defaults.keys.sorted() == expected.keys.sorted())
  }

  @Test("The tree of gpt/evaluate is written as recorded")
  func evaluateYAML() throws {
    let defaults = try SettingsTree.defaults(for: [EvaluatorSettings.self, TokenizerSettings.self])
    #expect(
      defaults.yaml == """
        eval:
          evaluations: ???
          length: -1
        tokenizer:
          backend: tiktoken
          name: cl100k_base
          huggingface:
            use_fast: true
            use_remote_code: false

        """)
  }

  @Test("A schedule and a trainer that disagree make a key mandatory, if the job says so")
  func disagreement() throws {
    let types: [any Settings.Type] = [WSDSettings.self, WSDSSettings.self]
    let error = #expect(throws: SettingsError.self) { try SettingsTree.defaults(for: types) }
    #expect(error?.problems.count == 1 && error?.key == "optimization/warmup_pct")
    guard case .conflictingDefaults(let first, let second)? = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect((first.owner, first.defaultTree) == ("ConfigurateTests.WSDSettings", 0.005))
    #expect((second.owner, second.defaultTree) == ("ConfigurateTests.WSDSSettings", 0.01))
    var tree = try SettingsTree.defaults(for: types, mandatory: ["optimization/warmup_pct"])
    #expect(tree["optimization/warmup_pct"] == .missing)
    try tree.applyOverrides(["optimization.warmup_pct=0.02"])
    #expect(try withConfiguration(tree) { try configure(WSDSettings.self) }.warmup == 0.02)
    #expect(try withConfiguration(tree) { try configure(WSDSSettings.self) }.warmup == 0.02)
  }

  @Test("A mandatory key of gpt/evaluate can be set by an override")
  func mandatoryOverride() throws {
    var tree = try SettingsTree.defaults(for: [EvaluatorSettings.self])
    try tree.applyOverrides(["eval.evaluations=[blimp]"])
    #expect(try withConfiguration(tree) { try configure(EvaluatorSettings.self) }.evaluations == ["blimp"])
  }
}

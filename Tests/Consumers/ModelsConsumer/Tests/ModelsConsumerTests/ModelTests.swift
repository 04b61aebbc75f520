import Configurate
import Models
import TensorCore
import Testing

@Suite("Models from outside")
struct ModelTests {
  @Test("A model is configured from its defaults and overrides, made, and asked")
  func asks() throws {
    var tree = try SettingsTree.defaults(for: GPT.gatheredSettings)
    try tree.applyOverrides([
      "architecture.n_layers=1", "architecture.n_embd=8", "architecture.n_head=2",
      "architecture.block_size=16",
      "architecture.vocab_size=11", "architecture.dtype.activation=float32",
    ])
    let settings = try withConfiguration(tree) { try configure(GPT.Configuration.self) }
    let reader = ParameterReader(initializing: RandomKey(seed: 1), rules: GPT.sharding)
    let model = try GPT(settings, parameters: reader)
    try reader.finish()
    let (logits, loss) = try model(TokenBatch([[1, 2, 3]]), targets: TokenBatch([[2, 3, -1]]))
    #expect(logits.shape == [1, 3, 11])
    #expect(try #require(loss) > 0)
  }

  @Test("A misspelt setting is refused with the right one")
  func misspelt() throws {
    var tree = try SettingsTree.defaults(for: GPT.gatheredSettings)
    let error = #expect(throws: SettingsError.self) { try tree.applyOverrides(["architecture.n_layer=1"]) }
    #expect(error?.description.hasSuffix("did you mean 'architecture/n_layers'?") == true)
  }
}

import Configurate
import Downstream
import Foundation
import Jobs
import Testing

@Suite("Reinforcement learning through the public API")
struct ReinforceTests {
  /// A GPT of two layers, 500 updates of 16 prompts with 8 answers each: seconds.
  @Test("A loop of rewards teaches a small GPT to copy")
  func rewardRises() throws {
    try registerDownstream()
    let settings = try Reinforce.configuration(runtime: [
      "architecture/n_layers": 2, "architecture/n_embd": 32, "architecture/n_head": 4,
      "architecture/block_size": 8, "architecture/vocab_size": 6,
      "architecture/dtype/activation": "float32", "tokenizer/backend": "trivial",
      "training/batch_size": 16, "training/tokens": SettingsTree(.integer(500 * 16 * 8)),
      "optimization/lr": 5e-3, "optimization/beta2": 0.99, "optimization/schedule": "constant",
    ])
    let root = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    let trainer = try withConfiguration(settings) { try Reinforce(spec: .local(root: root)) }
    try trainer.run()
    let (first, last) = (trainer.rewards.prefix(10), trainer.rewards.suffix(10))
    // A model that knows nothing is right once in six ids.
    #expect(first.reduce(0, +) / 10 < 0.3)
    #expect(last.reduce(0, +) / 10 > 0.9)
  }
}

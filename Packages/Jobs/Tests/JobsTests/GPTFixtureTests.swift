import Jobs
import JobsTesting
import Models
import ModelsTesting
import TensorCore
import Testing

@Suite("GPT against the original system", .enabled(if: Fixtures.exist, Comment(rawValue: Fixtures.reason)))
struct GPTFixtureTests {

  @Test(
    "GPT has the original system's logits and loss in float32",
    arguments: ["gpt_rope_bias_f32", "gpt_wpe_nobias_f32", "eval_model"])
  func plain(name: String) throws {
    let file = try FixtureFile(name)
    let (logits, loss) = try file.model()(file.batch("tokens"), targets: file.batch("targets"))
    #expect(worst(logits.floats, try file.floats("logits")) < 2e-5)
    #expect(abs(try #require(loss) - file.floats("loss")[0]) < 1e-6)
  }

  /// Learned positions count padding in the original and real tokens here, so of those files only row 0, which has no
  /// padding, is compared; for the others see `LearnedPositions` below. Rows of padding are never compared.
  @Test(
    "GPT has the original system's logits of padded rows",
    arguments: ["gpt_rope_bias_f32", "gpt_wpe_nobias_f32", "eval_model"])
  func padded(name: String) throws {
    let file = try FixtureFile(name)
    let model = try file.model()
    let mask = try file.mask("padding_mask")
    let logits = try model(file.batch("padded_tokens"), paddingMask: mask, deterministic: true).logits
    let found = logits.reshaped([mask.batch * mask.length, model.vocabularySize])
    let expected = try file.tensor("logits_padded").reshaped(found.shape)
    var compared = 0
    for row in 0..<mask.batch * mask.length where mask.isReal[row] {
      guard file.settings.rope || row < mask.length else { continue }
      #expect(worst(found.rows(row..<row + 1).floats, expected.rows(row..<row + 1).floats) < 2e-5)
      compared += 1
    }
    #expect(compared >= mask.length)
  }

  @Test("GPT has the original system's loss of padded rows with rotary positions")
  func paddedLoss() throws {
    let file = try FixtureFile("gpt_rope_bias_f32")
    let loss = try file.model()(
      file.batch("padded_tokens"), targets: file.batch("padded_targets"),
      paddingMask: file.mask("padding_mask")
    ).loss
    #expect(abs(try #require(loss) - file.floats("loss_padded")[0]) < 1e-6)
  }

  @Test("Padded rows with learned positions have the logits of our own rows without padding")
  func learnedPositions() throws {
    let file = try FixtureFile("gpt_wpe_nobias_f32")
    let model = try file.model()
    let (batch, mask) = (try file.batch("padded_tokens"), try file.mask("padding_mask"))
    let padded = try model(batch, paddingMask: mask, deterministic: true).logits
      .reshaped([mask.batch * mask.length, model.vocabularySize])
    for row in 0..<mask.batch {
      let range = row * mask.length..<(row + 1) * mask.length
      let real = range.filter { mask.isReal[$0] }
      let alone = try model(TokenBatch([real.map { batch.ids[$0] }]), deterministic: true).logits
      #expect(padded.rows(real[0]..<range.upperBound).floats == alone.floats)
    }
  }

  @Test("GPT has the original system's gradients", arguments: ["gpt_rope_bias_f32", "gpt_wpe_nobias_f32"])
  func gradients(name: String) throws {
    let file = try FixtureFile(name)
    let reader = ParameterReader(MemorySource(try file.parameters), rules: GPT.sharding)
    let model = try GPT(file.settings, parameters: reader)
    let loss = try model.crossEntropy(
      file.batch("tokens"), targets: file.batch("targets"), tape: Tape())
    var gradients = Gradients()
    loss.backpropagate(scale: 1 / Float(loss.count), into: &gradients)
    #expect(reader.parameters.count == (try file.parameters.count))
    for parameter in reader.parameters {
      let found = try #require(gradients[parameter.parameter]).floats
      #expect(worst(found, try file.floats("grads/" + parameter.path)) < 1e-6, "\(parameter.path)")
    }
  }

  /// The file's own rounding after every step is not ours. Its weights in float32 are the reference for both.
  @Test("GPT in bfloat16 is nearer to float32 than the original system is")
  func bfloat16() throws {
    let file = try FixtureFile("gpt_rope_bias_bf16", mode: .float32)
    let tokens = try file.batch("tokens")
    let exact = try file.model()(tokens).logits.floats
    let reference = ReferenceGPT(file.settings, parameters: try file.parameters)
    let first = reference.logits(Array(tokens.ids[..<tokens.length])).flatMap { $0 }.map(Float.init)
    #expect(worst(Array(exact[..<first.count]), first) < 2e-5)
    let ours = try FixtureFile("gpt_rope_bias_bf16").model()(tokens).logits.floats
    func error(_ logits: [Float]) -> Double {
      zip(logits, exact).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }.squareRoot()
    }
    #expect(error(ours) < error(try file.floats("logits_strict")))
  }
}

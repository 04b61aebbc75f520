import Chat
import Configurate
import Models
import Templating
import TensorCore
import Tokenization

/// The examples of the README of Models, which `ci/check-examples` compares with it. They compile here and
/// are not run: the files that they name are not here.
private func settings() throws -> (Any, Any) {
  struct GPTSettings: Settings {
    @Setting("architecture/n_layers") var layers = 32
    @Setting("architecture/n_embd") var width = 2048
  }

  struct EvaluatorSettings: Settings {
    @Setting("eval/evaluations") var evaluations: [String]
    @Setting("eval/length") var length = -1
  }

  var tree = try SettingsTree.defaults(for: [GPTSettings.self, EvaluatorSettings.self])
  try tree.overlay(SettingsTree(yamlFile: "run.yaml"))
  try tree.applyOverrides(["eval.evaluations=[blimp]", "architecture.n_layers=2"])

  let settings = try withConfiguration(tree) {
    try configure(GPTSettings.self) { $0.width = 64 }
  }
  return (settings, try configure(EvaluatorSettings.self))
}

private func templates() throws -> [String] {
  let question = try Template("Question: {{question.strip()}}\nAnswer:", environment: .taskFile)
  try question.render(["question": " Why? "])

  let format = try ChatFormat(folder: "SmolLM2-135M-Instruct")
  let prompt = try format.text(of: [.user("Why?")], system: "Be brief.", asksForAnswer: true)
  let answer = ChatFormat.answer(in: "Because.<|im_end|>\n")
  return [prompt, answer]
}

private func gpt(_ source: any ParameterSource, _ tree: SettingsTree) throws -> (Tensor, Float?) {
  let reader = ParameterReader(source, rules: GPT.sharding)
  let model = try withConfiguration(tree) { try GPT(configure(GPT.Configuration.self), parameters: reader) }
  try reader.finish()

  let (logits, loss) = try model(TokenBatch([[5, 3, 8]]), targets: TokenBatch([[3, 8, -1]]))
  return (logits, loss)
}

private func gradients(
  _ settings: Backbone.Configuration, _ ids: TokenBatch, _ targets: TokenBatch, _ adam: AdamUpdate,
  _ m: inout Tensor,
  _ v: inout Tensor
) throws {
  let files = try BackboneFiles("models/SmolLM2-135M")
  let reader = ParameterReader(files.parameters, rules: files.sharding)
  let model = try Backbone(settings, parameters: reader)
  try reader.finish()

  let loss = try model.crossEntropy(ids, targets: targets, tape: Tape())
  var gradients = Gradients()
  loss.backpropagate(scale: 1 / Float(loss.count), into: &gradients)
  for read in reader.parameters {
    read.parameter.update {
      $0.apply(adam, gradient: gradients[read.parameter]!, firstMoment: &m, secondMoment: &v)
    }
  }
}

private func tokenizers(_ lines: [String]) throws -> String {
  let tokenizer = try Tokenizers.forBackbone(at: "models/SmolLM2-135M")
  let ids = try tokenizer.encodeBatch(lines)
  let text = try tokenizer.decode(ids[0])
  return text
}

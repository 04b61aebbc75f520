import Basics
public import Checkpoints
import Configurate
import Files
import Jobs
import Models
import TensorCore
import Tokenization
import Weights

/// A GPT checkpoint as a folder that Hugging Face's libraries load: weights, settings, tokenizer.
///
/// With learned positions it is a GPT-2, with rotary ones a GPT-NeoX whose halves of a block follow each other; both
/// compute the same logits as our `GPT`. Biases that the checkpoint lacks are zeros there.
public struct HuggingFaceExport {
  private let checkpoint: Checkpoint
  private let model: GPT.Configuration
  private let tokenizer: TokenizerSettings

  /// Reads what the checkpoint says of itself.
  ///
  /// - Throws: ``JobError`` for a checkpoint without settings or whose parameters are not a GPT's, `SettingsError`.
  public init(_ checkpoint: Checkpoint) throws {
    guard let text = checkpoint.configuration else {
      throw JobError(.malformedFile(path: checkpoint.path, .noSettings(.exporting)))
    }
    let schema = try SettingsSchema(of: GPT.gatheredSettings + [TokenizerSettings.self])
    var settings = schema.defaults
    try settings.overlay(
      try SettingsTree(yaml: text, name: "\(checkpoint.path): config"), unknownKeys: .skip)
    self.checkpoint = checkpoint
    (model, tokenizer) = try withConfiguration(try schema.checked(settings)) {
      (try configure(GPT.Configuration.self), try configure(TokenizerSettings.self))
    }
    let missing = ["wte", "ln_f/weight", "blocks_0/attn/c_attn/kernel"].filter {
      !checkpoint.names.contains($0)
    }
    guard missing.isEmpty else {
      throw JobError(.malformedFile(path: checkpoint.path, .noGPT(missing: missing[0])))
    }
    for name in checkpoint.names { try checkpoint.requireFloatingPoint(name) }
  }

  /// Writes the folder, which appears complete or not at all.
  ///
  /// - Throws: ``JobError`` where something is there already or cannot be written, or the tokenizer has no such form;
  ///   what reading a damaged checkpoint throws.
  public func write(to folder: String) throws {
    try ExportFolder.write(to: folder) { partial in
      let tokens = try ExportedTokenizer(tokenizer, blockSize: model.blockSize)
      try tokens.write(to: partial)
      let form = ExportedGPT(model, checkpoint, endOfText: tokens.endOfText)
      try WholeFile.write(form.configuration.indented + "\n", to: partial + "/config.json")
      try SafetensorsFile.write(
        try form.parts(), metadata: ["format": "pt"], to: partial + "/model.safetensors")
    }
  }
}

import ArgumentParser

/// Which job, on which model: what 'run' and 'serve' have in common.
struct ModelOptions: ParsableArguments, Sendable {
  @Option(help: ArgumentHelp("Run this job; see 'evaluate list jobs'.", valueName: "key"))
  var job: String?
  @Option(
    help: ArgumentHelp("Read settings from this YAML file; see 'evaluate configure'.", valueName: "file"),
    transform: givenPath)
  var config: String?
  @Option(
    name: .customLong("restore"),
    help: ArgumentHelp(
      "Restore a checkpoint: its folder, its HDF5 file, or PROJECT/GROUP/NAME/SUFFIX below ROOT/checkpoints. 'run' takes several, and patterns such as 'general/default/small/*'.",
      valueName: "ckpt"), transform: givenPath)
  var restores: [String] = []
  @Option(
    name: .customLong("backbone"),
    help: ArgumentHelp(
      "Take a model as others saved it: a folder of the Hugging Face Hub, a GGUF file, its name on the Hub, or, except to serve it, one that an OpenAI-compatible server holds. 'run' takes several.",
      valueName: "path|org/name[@revision]|openai:url#model"), transform: givenPath)
  var backbones: [String] = []
  @Option(
    help: ArgumentHelp(
      "Merge this LoRA adapter, a folder as peft saves it, into the model of --backbone.", valueName: "folder"
    ),
    transform: givenPath)
  var adapter: String?

  /// Whether none of them is given.
  var isEmpty: Bool { job == nil && config == nil && restores.isEmpty && backbones.isEmpty && adapter == nil }

  /// The first of them, of which only 'run' takes others.
  var restore: String? {
    get { restores.first }
    set { restores = newValue.map { [$0] } ?? [] }
  }

  /// The first of them, of which only 'run' takes others.
  var backbone: String? {
    get { backbones.first }
    set { backbones = newValue.map { [$0] } ?? [] }
  }
}

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
    help: ArgumentHelp(
      "Restore a checkpoint: its folder, its HDF5 file, or PROJECT/GROUP/NAME/SUFFIX below ROOT/checkpoints.",
      valueName: "ckpt"), transform: givenPath)
  var restore: String?
  @Option(
    help: ArgumentHelp(
      "Take a model as others saved it: a folder of the Hugging Face Hub, a GGUF file, its name on the Hub, or, except to serve it, one that an OpenAI-compatible server holds.",
      valueName: "path|org/name[@revision]|openai:url#model"), transform: givenPath)
  var backbone: String?
  @Option(
    help: ArgumentHelp(
      "Merge this LoRA adapter, a folder as peft saves it, into the model of --backbone.", valueName: "folder"
    ),
    transform: givenPath)
  var adapter: String?

  /// Whether none of them is given.
  var isEmpty: Bool { job == nil && config == nil && restore == nil && backbone == nil && adapter == nil }
}

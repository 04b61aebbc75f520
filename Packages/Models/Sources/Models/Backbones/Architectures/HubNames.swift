/// How folders of the Hugging Face Hub name the parameters of an architecture.
///
/// A module asks for `layers/0/mlp/up_proj/weight`; the file holds `model.layers.0.mlp.up_proj.weight`. The head is
/// `lm_head/weight` and stands without the prefix.
public struct HubNames: Sendable, Equatable {
  /// What stands before every name but the head's, in files that have it, such as `model.`.
  public var prefix: String
  /// Paths of parameters under other names, and the paths under which modules ask for them: `embed_out/weight` for
  /// example, to `lm_head/weight`.
  public var aliases: [String: String]

  public init(prefix: String = "model.", aliases: [String: String] = [:]) {
    self.prefix = prefix
    self.aliases = aliases
  }
}

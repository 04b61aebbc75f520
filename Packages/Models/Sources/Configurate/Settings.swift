/// Typed settings: a struct whose ``Setting`` properties declare which keys it reads, of which type, with which defaults.
///
///     struct Configuration: Settings {
///       @Setting("architecture/n_layers") var layers = 32
///       @Setting("architecture/n_embd") var width = 2048
///       @Setting("eval/evaluations") var evaluations: [String]   // no default: mandatory
///     }
///
/// `Configuration()` holds the defaults; ``configure(_:overrides:)`` fills the same declaration from the current
/// tree; ``SettingsSchema`` collects keys, types and defaults from it. A stored property that is itself a `Settings`
/// struct (`var tokenizer = TokenizerSettings()`) takes part in all three.
///
/// Keys are absolute: two types that declare one key share one value.
public protocol Settings: Sendable {
  /// Creates the defaults. It must not depend on anything but its own property declarations.
  init()
}

import Basics
import Configurate
import Jobs
import Models

extension RunOptions {
  /// What the settings file and the options set.
  func runtimeSettings(
    _ type: any Job.Type, _ key: String, _ file: SettingsTree?
  ) throws -> SettingsTree {
    var settings = file ?? SettingsTree()
    settings["job"] = nil
    let schema = try type.schema()
    settings = settings.changes(from: schema.defaults)
    if RemoteOptions.isServer(model.backbone) {
      guard model.restore == nil, model.job == nil else {
        throw JobError(
          .usage,
          "--backbone openai:URL is evaluated by '\(EvaluationJobKey.server)'; leave out --restore and --job")
      }
    } else if let backbone = model.backbone {
      guard schema[Backbone.Configuration.weightsKey] != nil else {
        throw JobError(.unfit(job: key, .takesNoBackbone))
      }
      settings[Backbone.Configuration.weightsKey] = SettingsTree(.text(backbone))
    }
    if let adapter = model.adapter {
      guard model.backbone != nil, !RemoteOptions.isServer(model.backbone) else {
        throw JobError(
          .option("--adapter", .needs(option: "--backbone", "the folder of the model that it adapts")))
      }
      settings[Backbone.Configuration.adapterKey] = SettingsTree(.text(adapter))
    }
    let components =
      tasks.map(Self.names) ?? (runsBundledSuite ? BundledSuite.keys : nil)
    if let components {
      settings["eval/evaluations"] = SettingsTree(.list(components.map { SettingsTree(.text($0)) }))
    }
    documents.write(to: &settings)
    if applyChatTemplate { settings["eval/chat"] = SettingsTree(.bool(true)) }
    for (key, text) in [
      ("eval/compat", compat?.rawValue),
      ("eval/system_prompt", systemInstruction), ("eval/chat_template_args", chatTemplateArgs),
      ("eval/think_end_token", thinkEndToken),
    ] {
      if let text { settings[key] = SettingsTree(.text(text)) }
    }
    return settings
  }
}

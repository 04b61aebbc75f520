package import Configurate
package import Models

extension Backbone.Configuration {
  /// A configuration that names the mode which the model's files decide, where it leaves that to them.
  ///
  /// - Parameter configuration: The one of these settings, whose files are there.
  /// - Throws: `ModelError`, `WeightsError` for files that cannot be read.
  package func naming(types configuration: SettingsTree) throws -> SettingsTree {
    guard types.activation == .auto else { return configuration }
    var configuration = configuration
    let named = try BackboneFiles(self).named(types)
    configuration[NumericTypes.activationKey] = SettingsTree(.text(named.activation.rawValue))
    return configuration
  }
}

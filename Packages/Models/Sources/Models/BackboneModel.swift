/// A language model that states its ``Architecture``, so that registering its type is enough for ``Backbone`` to open its
/// files.
public protocol BackboneModel: LanguageModel {
  static var architecture: Architecture { get }
}

extension LanguageModel {
  public static var backbone: (any BackboneModel.Type)? { nil }
}

extension BackboneModel {
  public static var backbone: (any BackboneModel.Type)? { self }
}

/// What tests of this package compare with `transformers` on small random models.
public enum Comparison: String, Sendable, CaseIterable {
  /// A folder as `transformers` saves it, with and without cached prefixes.
  case folder
  /// A GGUF file.
  case gguf = "GGUF"
  /// Two and four shards.
  case shards
  /// Gradients of all parameters.
  case gradients
}

extension Architecture {
  /// What is compared; nothing for an architecture from elsewhere.
  public var compared: [Comparison] {
    guard Backbone.builtIn.contains(where: { $0.name == name }) else { return [] }
    return Comparison.allCases.filter { comparison in
      switch comparison {
      case .folder, .shards: true
      case .gguf: gguf != nil
      case .gradients: Self.withGradients.contains(name)
      }
    }
  }

  /// Values of `model_type` of multimodal models whose text model it computes.
  public var multimodalTypes: [String] {
    TextPart.all.filter { part in part.textTypes.contains { names.contains($0) } }.map(\.name)
  }

  private static let withGradients: Set = ["gpt2", "gpt_neox", "llama", "qwen2", "qwen3", "gemma3_text"]
}

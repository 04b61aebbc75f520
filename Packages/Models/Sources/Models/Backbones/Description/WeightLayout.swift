/// In which order files hold the elements of a weight.
public enum WeightLayout: Sendable, Equatable {
  /// As `transformers` saves them.
  case hub
  /// As llama.cpp's conversion rearranges them.
  case gguf
}

/// The ways of cutting a text that `tokenizer.ggml.pre` names, as far as they are implemented.
///
/// - Source: `llama-vocab.cpp` of llama.cpp, whose names these are. One way has many names there, one a model family.
enum PreKind: CaseIterable {
  case gpt2, digits, llama3, llama3Merged, qwen2, o200k

  init?(name: String) {
    guard let kind = Self.allCases.first(where: { $0.names.contains(name) }) else { return nil }
    self = kind
  }

  /// All names that are understood.
  static var names: [String] { allCases.flatMap(\.names) }

  private var names: [String] {
    switch self {
    case .gpt2: ["gpt-2", "phi-2", "mpt", "olmo", "exaone4"]
    case .digits: ["smollm", "starcoder", "refact", "command-r", "codeshell", "exaone"]
    case .llama3: ["llama-bpe", "llama3", "llama-v3", "falcon3", "pixtral"]
    case .llama3Merged: ["dbrx", "smaug-bpe"]
    case .qwen2: ["qwen2", "deepseek-r1-qwen", "stablelm2"]
    case .o200k: ["gpt-4o", "llama4"]
    }
  }

  var preTokenizer: PreTokenizer {
    switch self {
    case .gpt2: PreTokenizer(steps: [.pattern(.gpt2)])
    case .digits: PreTokenizer(steps: [.digits(oneByOne: true), .pattern(.gpt2)])
    case .llama3, .llama3Merged: PreTokenizer(steps: [.pattern(.llama3)])
    case .qwen2: PreTokenizer(steps: [.pattern(.qwen2)])
    case .o200k: PreTokenizer(steps: [.pattern(.o200k)])
    }
  }

  /// Whether a piece that is a token becomes it at once.
  var prefersWholePieces: Bool { self == .llama3 }

  /// Whether a text begins with `tokenizer.ggml.bos_token_id` where the file does not say.
  var addsBeginOfText: Bool { self == .llama3 }
}

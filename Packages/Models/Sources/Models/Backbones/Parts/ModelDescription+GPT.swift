import Basics

extension ModelDescription {
  /// The value of a setting that files call by one of several names.
  ///
  /// - Throws: ``ModelError`` where they have several that differ.
  func name(of names: String...) throws(ModelError) -> String { try name(ofList: names) }

  private func name(ofList names: [String]) throws(ModelError) -> String {
    let given = names.filter { self[$0] != nil }
    if let first = given.first, let other = given.first(where: { self[$0] != self[first] }) {
      throw failure(
        .differing(
          .init(first, "\(self[first] ?? .null)"), .init(other, "\(self[other] ?? .null)")))
    }
    return given.first ?? names[0]
  }

  /// The hidden width of feed-forward halves in the descriptions of GPT-2's kin.
  enum HiddenWidth {
    case fourWidths
    /// This setting, or four widths without it.
    case optional(String)
    case stated(String)
  }

  /// The sizes of a decoder in the words of GPT-2 and its kin: heads of keys as of queries.
  ///
  /// - Parameters:
  ///   - width, layers, heads, positions: What files call the sizes; where they have several of the names, they agree.
  ///   - leastWidth: The smallest width.
  func gptShape(
    width: [String] = ["n_embd", "hidden_size"], layers: [String] = ["n_layer", "num_hidden_layers"],
    heads: [String] = ["n_head", "num_attention_heads"],
    positions: [String] = ["n_positions", "max_position_embeddings"],
    hidden: HiddenWidth = .optional("n_inner"), leastWidth: Int = 1
  ) throws(ModelError) -> DecoderShape {
    var shape = DecoderShape()
    shape.vocabularySize = try integer("vocab_size")
    shape.width = try integer(try name(ofList: width), in: leastWidth...1 << 24)
    shape.layers = try integer(try name(ofList: layers), in: 1...10_000)
    shape.heads = try integer(try name(ofList: heads), in: 1...65_536)
    shape.blockSize = try integer(try name(ofList: positions))
    shape.hidden =
      switch hidden {
      case .fourWidths: 4 * shape.width
      case .optional(let name): try integer(name, default: 4 * shape.width)
      case .stated(let name): try integer(name)
      }
    shape.keyHeads = shape.heads
    shape.headWidth = try headWidth(of: shape)
    return shape
  }

  /// The width of each head where all heads together make up a row.
  ///
  /// - Throws: ``ModelError`` where rows do not divide into so many heads.
  func headWidth(of shape: DecoderShape) throws(ModelError) -> Int {
    guard shape.width % shape.heads == 0 else {
      throw failure(.unevenHeads(shape.heads, width: shape.width))
    }
    return shape.width / shape.heads
  }
}

extension ComposedDecoder.Configuration {
  /// A decoder of GPT-2's kind: layer norms, plain feed-forward halves with biases, no positions yet.
  ///
  /// - Parameters:
  ///   - names: The paths of the stem; its head is that of a model whose head is not tied.
  ///   - epsilon: The setting of the norms' epsilon.
  ///   - tied: Whether the head is the embedding where no setting says so.
  init(
    gpt shape: DecoderShape, _ names: DecoderStem.Names, blocks: String = "h", epsilon: String,
    tied: Bool, _ description: ModelDescription
  ) throws(ModelError) {
    self.init()
    self.shape = shape
    self.blocks = blocks
    stem = names
    norm = .layer()
    self.epsilon = try description.number(epsilon)
    try readHead(description, tied: tied)
    layers = Array(repeating: LayerPlan(), count: shape.layers)
  }
}

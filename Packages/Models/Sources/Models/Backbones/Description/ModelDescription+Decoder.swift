import Basics
import Weights

extension ModelDescription {
  /// The sizes of a decoder in the words of Llama and its kin.
  ///
  /// - Parameters:
  ///   - layers: How many layers there are, where `num_hidden_layers` does not say so.
  ///   - hidden: The hidden width where no layer has a network of `intermediate_size`.
  /// - Throws: ``ModelError`` for a size that is missing, out of range, or does not fit the others.
  public func decoderShape(layers: Int? = nil, hidden: Int? = nil) throws(ModelError) -> DecoderShape {
    var shape = try decoderShapeWithoutHidden(layers: layers)
    shape.hidden = try integer("intermediate_size", default: hidden)
    return shape
  }

  /// The same where the hidden width is for each layer to say.
  func decoderShapeWithoutHidden(layers: Int? = nil) throws(ModelError) -> DecoderShape {
    var shape = DecoderShape()
    shape.vocabularySize = try integer("vocab_size")
    shape.width = try integer("hidden_size")
    if let layers {
      shape.layers = layers
    } else {
      shape.layers = try integer("num_hidden_layers", in: 1...10_000)
    }
    shape.heads = try integer("num_attention_heads", in: 1...65_536)
    shape.keyHeads = try integer("num_key_value_heads", default: shape.heads, in: 1...65_536)
    shape.blockSize = try integer("max_position_embeddings")
    shape.headWidth = try integer("head_dim", default: shape.width / shape.heads, in: 1...65_536)
    guard shape.heads % shape.keyHeads == 0 else {
      throw failure(.keyHeads(shape.keyHeads, heads: shape.heads))
    }
    guard self["head_dim"] != nil || shape.width % shape.heads == 0 else {
      throw failure(
        .notMultiple(
          key: fileName("hidden_size"), found: shape.width, of: fileName("num_attention_heads"), shape.heads))
    }
    guard shape.heads * shape.headWidth <= Self.widest else {
      throw failure(.tooWide(heads: shape.heads, headWidth: shape.headWidth, most: Self.widest))
    }
    return shape
  }

  /// More elements than any row of a model has. The checks against it keep products of sizes far from overflow.
  static let widest = 1 << 24

  /// How many positions a row of a sliding layer sees; `nil` where none slides.
  func window() throws(ModelError) -> Int? {
    guard let value = self["sliding_window"] else { return nil }
    return layout == .gguf && value == .integer(0) ? nil : try integer("sliding_window")
  }

  /// Per layer, how many positions a row sees; `nil` for all.
  ///
  /// - Parameters:
  ///   - layers: How many layers there are.
  ///   - window: The window of those that slide; `nil` where none does.
  ///   - isSliding: Whether a layer slides, asked where there is no `layer_types`.
  public func windows(layers: Int, _ window: Int?, isSliding: (Int) -> Bool) throws(ModelError) -> [Int?] {
    if layout == .gguf, let slides = self["sliding_window_pattern"]?.list {
      guard slides.count == layers else {
        throw invalid("sliding_window_pattern", .list(slides), "one for each of \(layers) layers")
      }
      return slides.map { $0 == .integer(0) ? nil : window }
    }
    guard let types = self["layer_types"] else { return (0..<layers).map { isSliding($0) ? window : nil } }
    guard let list = types.list, list.count == layers else {
      throw failure(
        .invalid(key: "layer_types", found: "\(types)", expected: "one for each of \(layers) layers"))
    }
    var windows: [Int?] = []
    for type in list {
      switch type.text {
      case "full_attention": windows.append(nil)
      case "sliding_attention":
        guard let window else { throw failure(.noWindow(key: "sliding_window")) }
        windows.append(window)
      default: throw failure(.layerType("\(type)"))
      }
    }
    return windows
  }

  /// What each layer is, by the names of a list; `nil` where it is absent.
  func kinds<Kind>(_ name: String, _ layers: Int, _ known: KeyValuePairs<String, Kind>) throws(ModelError)
    -> [Kind]?
  {
    guard let value = self[name] else { return nil }
    guard let list = value.list, list.count == layers else {
      throw failure(
        .invalid(key: fileName(name), found: "\(value)", expected: "one for each of \(layers) layers"))
    }
    var kinds: [Kind] = []
    for element in list {
      guard let kind = known.first(where: { $0.key == element.text })?.value else {
        throw failure(
          .notImplemented(key: fileName(name), found: "\(element)", known: known.map(\.key)))
      }
      kinds.append(kind)
    }
    return kinds
  }
}

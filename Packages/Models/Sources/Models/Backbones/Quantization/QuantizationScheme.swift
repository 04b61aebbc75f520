/// How the weight of a layer is quantised: what its tensors are called, and how they lie.
struct QuantizationScheme: Sendable, Equatable {
  enum Layout: Sendable, Equatable {
    /// `qweight` `[inputs · bits / 32, outputs]`, packed along the inputs, and `qzeros` `[groups, outputs · bits / 32]`, to
    /// which a number is added; `scales` `[groups, outputs]`, and `g_idx` `[inputs]` where groups are no neighbours.
    case gptq(addingToZeros: Int)
    /// `qweight` `[inputs, outputs / 8]` and `qzeros` `[groups, outputs / 8]`, of eight outputs the even ones first, and
    /// `scales` `[groups, outputs]`.
    case awq
    /// `weight_packed` `[outputs, inputs · bits / 32]`, `weight_shape`, `weight_scale` and `weight_zero_point`.
    case packed
    /// `weight` in signed bytes, `weight_scale` and `weight_zero_point`.
    case bytes
    /// `weight` in 8-bit floats, and their scales by the name of a tensor: of the whole, of each row, or of tiles.
    case floats(scale: String, tile: Tile?)
  }

  /// Outputs and inputs that share a scale.
  struct Tile: Sendable, Equatable {
    var outputs: Int
    var inputs: Int
  }

  var layout: Layout
  var bits: Int
  /// Inputs that share a scale; `nil` for all of a row.
  var group: Int?
  /// Whether all zero points are in the middle and may be left out.
  var isSymmetric = true

  /// The tensor of a layer that shows it to be quantised, without the layer's name.
  var mark: String {
    switch layout {
    case .gptq, .awq: "qweight"
    case .packed: "weight_packed"
    case .bytes, .floats: "weight"
    }
  }

  /// The tensor of scales, without the layer's name.
  var scales: String {
    switch layout {
    case .gptq, .awq: "scales"
    case .packed, .bytes: "weight_scale"
    case .floats(let scale, _): scale
    }
  }

  /// Such as `4 bits in groups of 128`.
  var title: String {
    if case .floats(_, let tile) = layout {
      return "8-bit floats " + (tile.map { "in tiles of \($0.outputs) by \($0.inputs)" } ?? "in whole rows")
    }
    return "\(bits) bits " + (group.map { "in groups of \($0)" } ?? "in whole rows")
  }
}

import Basics
import TensorCore
import Weights

/// The quantised weight of a layer, of which the shapes of all tensors have been compared with its scheme.
struct QuantizedLayer: Sendable {
  /// `[outputs, inputs]`.
  let shape: [Int]
  /// The tensor that stands for it in errors.
  let name: String
  let storage: QuantizedStorage
  private let scheme: QuantizationScheme
  private let parts: LayerTensors
  private let group: Int
  private let groupOf: Tensor?

  /// - Parameter parts: The layer's tensors.
  /// - Throws: `WeightsError` for a tensor that is missing, or not as the scheme has it.
  init(_ parts: LayerTensors, _ scheme: QuantizationScheme, method: String) throws(WeightsError) {
    self.parts = parts
    self.scheme = scheme
    name = parts.name(scheme.mark)
    shape = try Self.shape(of: parts, scheme)
    if case .floats(_, let tile) = scheme.layout {
      try Self.checkFloats(parts, scheme, shape, tile)
      (group, groupOf) = (tile?.inputs ?? max(shape[1], 1), nil)
      storage =
        BlockFormat.floats(tile: tile?.inputs ?? shape[1], width: shape[1]).map(QuantizedStorage.blocks)
        ?? .decoded("\(method) of \(scheme.title)")
      return
    }
    group = scheme.group ?? max(shape[1], 1)
    try Self.check(parts, scheme, shape, groups: (shape[1] + group - 1) / group)
    groupOf = try Self.groups(parts, scheme, shape, group)
    let format =
      groupOf == nil ? BlockFormat.integers(bits: scheme.bits, group: group, width: shape[1]) : nil
    storage =
      format.map(QuantizedStorage.blocks)
      ?? .decoded(
        "\(method) of \(scheme.bits) bits "
          + (groupOf == nil ? "in groups of \(group)" : "with inputs in the order of activations"))
  }

  /// `[outputs, inputs]`, as the codes have it.
  private static func shape(of parts: LayerTensors, _ scheme: QuantizationScheme) throws(WeightsError)
    -> [Int]
  {
    let found = try parts.matrix(scheme.mark)
    switch scheme.layout {
    case .gptq:
      guard found[0] % scheme.bits == 0, found[0] < 1 << 40 else {
        throw parts.failure(
          scheme.mark, .value("shape", expected: "a multiple of \(scheme.bits) rows", found: "\(found)"))
      }
      return [found[1], found[0] / scheme.bits * 32 + found[0] % scheme.bits * 32 / scheme.bits]
    case .awq: return [found[1] * 32 / scheme.bits, found[0]]
    case .bytes, .floats: return found
    case .packed: return try parts.statedShape("weight_shape", packed: found, bits: scheme.bits)
    }
  }

  /// The same of floats.
  private static func checkFloats(
    _ parts: LayerTensors, _ scheme: QuantizationScheme, _ shape: [Int], _ tile: QuantizationScheme.Tile?
  ) throws(WeightsError) {
    if let tile {
      try parts.expect(scheme.scales, tile.counts(in: shape), by: scheme)
    } else {
      try parts.expectSpread(scheme.scales, over: [shape[0], 1], by: scheme)
    }
    try parts.expect(scheme.mark, type: "F8_E4M3")
  }

  /// Compares the tensors beside the codes with what the scheme has.
  private static func check(
    _ parts: LayerTensors, _ scheme: QuantizationScheme, _ shape: [Int], groups: Int
  ) throws(WeightsError) {
    let words = (shape[0] * scheme.bits + 31) / 32
    switch scheme.layout {
    case .floats: break
    case .gptq, .awq:
      try parts.expect("qweight", type: "I32")
      try parts.expect("scales", [groups, shape[0]], by: scheme)
      try parts.expect("qzeros", [groups, words], type: "I32", by: scheme)
      guard shape[0] * scheme.bits % 32 == 0 else {
        throw parts.failure(
          "scales", .value("shape", expected: "a multiple of 32 columns", found: "\([groups, shape[0]])"))
      }
    case .packed, .bytes:
      try parts.expect(scheme.mark, type: scheme.layout == .bytes ? "I8" : "I32")
      try parts.expectSpread("weight_scale", over: [shape[0], groups], by: scheme)
      guard parts.has("weight_zero_point") else {
        guard scheme.isSymmetric else { throw parts.missing("weight_zero_point") }
        return
      }
      if parts.type("weight_zero_point") == "I8" {
        try parts.expectSpread("weight_zero_point", over: [shape[0], groups], by: scheme)
      } else {
        try parts.expect("weight_zero_point", [words, groups], type: "I32", by: scheme)
      }
    }
  }

  /// The group of each input, where they are not neighbours.
  private static func groups(
    _ parts: LayerTensors, _ scheme: QuantizationScheme, _ shape: [Int], _ group: Int
  ) throws(WeightsError) -> Tensor? {
    let name = scheme.mark == "qweight" ? "g_idx" : "weight_g_idx"
    guard parts.has(name), scheme.layout != .awq else { return nil }
    try parts.expect(name, [shape[1]], type: "I32", by: scheme)
    let tensor = try parts.tensor(name)
    let (found, count) = (tensor.int32s, (shape[1] + group - 1) / group)
    // One that was never set.
    if scheme.layout == .packed, found.contains(-1) { return nil }
    if let place = found.firstIndex(where: { $0 < 0 || Int($0) >= count }) {
      throw parts.failure(
        name,
        .value("element \(place)", expected: "one of \(count) groups, from 0", found: "\(found[place])"))
    }
    return found.enumerated().allSatisfy { $0.offset / group == Int($0.element) } ? nil : tensor
  }

  /// The floats, read; `nil` of integers.
  private func floats() throws(WeightsError) -> Float8Matrix? {
    guard case .floats(_, let tile) = scheme.layout else { return nil }
    let own = tile ?? .init(outputs: 1, inputs: max(shape[1], 1))
    let scales =
      tile == nil
      ? try parts.spread(scheme.scales, over: [shape[0], 1])
      : try parts.tensor(scheme.scales).converted(to: .float32)
    return Float8Matrix(
      codes: try parts.tensor(scheme.mark), scales: scales, tile: (own.outputs, own.inputs))
  }

  /// The integers, read.
  private func matrix() throws(WeightsError) -> IntegerMatrix {
    let groups = (shape[1] + group - 1) / group
    let codes = try parts.tensor(scheme.mark)
    let isTransposed = scheme.mark == "qweight"
    let scales =
      isTransposed
      ? try parts.transposed("scales") : try parts.spread("weight_scale", over: [shape[0], groups])
    return IntegerMatrix(
      shape: shape, codes: self.codes(codes), zeros: try zeros([shape[0], groups]), scales: scales,
      group: group, groupOf: groupOf)
  }

  private func codes(_ tensor: Tensor) -> IntegerMatrix.Codes {
    switch scheme.layout {
    case .gptq: .init(tensor, bits: scheme.bits, along: .inputs, isFirst: true)
    case .awq: .init(tensor, bits: scheme.bits, along: .outputs, isInterleaved: true)
    case .packed, .bytes, .floats: .init(tensor, bits: scheme.bits, along: .inputs)
    }
  }

  private func zeros(_ shape: [Int]) throws(WeightsError) -> IntegerMatrix.Zeros {
    let bits = scheme.bits
    switch scheme.layout {
    case .gptq(let added):
      return .codes(.init(try parts.tensor("qzeros"), bits: bits, along: .outputs), adding: added)
    case .awq:
      return .codes(.init(try parts.tensor("qzeros"), bits: bits, along: .outputs, isInterleaved: true))
    case .packed, .bytes, .floats:
      guard parts.has("weight_zero_point") else { return .constant(1 << (bits - 1)) }
      guard parts.type("weight_zero_point") == "I8" else {
        let words = try parts.tensor("weight_zero_point")
        return .codes(.init(words, bits: bits, along: .outputs, isFirst: true))
      }
      // Signed bytes stand for themselves plus 128, and codes for what they are plus half their range.
      let bytes = try parts.spread("weight_zero_point", over: shape)
      return .codes(.init(bytes, bits: 8, along: .inputs), adding: (1 << (bits - 1)) - 128)
    }
  }

  /// The weight in its blocks; `nil` where it is decoded.
  func blocks() throws(WeightsError) -> BlockMatrix? {
    guard case .blocks(let format) = storage else { return nil }
    if let floats = try floats() { return floats.blocks(format) }
    return try matrix().blocks(format)
  }

  /// Some of its rows as float32.
  func tensor(rows: Range<Int>) throws(WeightsError) -> Tensor {
    if let floats = try floats() { return floats.tensor(rows: rows) }
    return try matrix().tensor(rows: rows)
  }
}

extension QuantizationScheme.Tile {
  /// How many tiles there are along each axis.
  fileprivate func counts(in shape: [Int]) -> [Int] {
    [(shape[0] + outputs - 1) / outputs, (shape[1] + inputs - 1) / inputs]
  }
}

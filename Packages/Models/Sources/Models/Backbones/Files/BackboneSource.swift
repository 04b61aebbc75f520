import Sharding
import TensorCore
import Weights

/// Weights by the paths that modules ask for, `layers/0/self_attn/q_proj/weight`.
///
/// What files keep in pieces is one parameter: the experts of a mixture, of which each may have tensors of its own, and
/// blocks with their scales.
struct BackboneSource: ParameterSource {
  private let weights: any WeightsFile
  /// Tensors that no module need ask for.
  private let optional: Set<String>
  private var entries: [String: Entry]
  private let dialect: GGUFDialect?
  /// What stands before every name, left by what wrapped the model when it was saved.
  private let wrapper: String
  /// What stands before every name but the head's, after the wrapper.
  private let prefix: String

  /// What a parameter is in the files.
  private enum Entry: Sendable {
    case tensor(String)
    /// Tensors of one shape, one for each index of a first axis.
    case stack([String])
    case blocks(MXFP4)
    /// Rows of a tensor that holds several parameters.
    case rows(String, FusedRows)
    /// A tensor of a GGUF file that the parameter is made of.
    case converted(String, GGUFConversion)

    /// The tensor that names it.
    var name: String {
      switch self {
      case .tensor(let name), .rows(let name, _), .converted(let name, _): name
      case .stack(let names): names[0]
      case .blocks(let blocks): blocks.name
      }
    }
  }

  /// - Parameters:
  ///   - isPart: Whether the files hold parts for other kinds of input besides, which are left out.
  ///   - optional: Tensors that no module need ask for.
  /// - Throws: ``ModelError`` for two tensors that are the same parameter.
  init(
    _ weights: any WeightsFile, hub: HubNames, dialect: GGUFDialect? = nil, isPart: Bool = false,
    optional: Set<String> = []
  ) throws(ModelError) {
    self.weights = weights
    self.optional = optional
    self.dialect = dialect
    let own = isPart ? weights.names.filter(Self.isOfText) : weights.names
    let (wrapper, prefix) = dialect == nil ? Self.beginnings(of: own, hub.prefix) : ("", "")
    (self.wrapper, self.prefix) = (wrapper, prefix)
    var nameOf: [String: String] = [:]
    for name in own where !Self.isBuffer(name) {
      let own = name.dropFirst(wrapper.count)
      let path =
        dialect.map { $0.path(of: name) ?? name }
        ?? String(own.hasPrefix(prefix) ? own.dropFirst(prefix.count) : own).replacing(".", with: "/")
      if let other = nameOf.updateValue(name, forKey: hub.aliases[path] ?? path) {
        throw ModelError(
          .sameParameter(other, name), path: weights.path)
      }
    }
    entries = nameOf.mapValues(Entry.tensor)
    for (path, name) in nameOf {
      if let conversion = dialect?.conversion(of: path) { entries[path] = .converted(name, conversion) }
    }
    for (path, names) in Self.stacks(of: nameOf) {
      for name in nameOf where names.contains(name.value) { entries[name.key] = nil }
      entries[path] = .stack(names)
    }
    for blocks in MXFP4.pairs(in: weights, nameOf) {
      entries[blocks.path] = .blocks(blocks)
      entries[blocks.scalesPath] = nil
    }
  }

  /// Whether a parameter of a model of several kinds of input is one of its text model.
  private static func isOfText(_ name: String) -> Bool {
    let parts = name.split(separator: ".").prefix(3)
    return parts.contains("language_model") || parts.contains("lm_head")
  }

  /// What wrappers leave before every name: `torch.compile`, data parallelism, models of several kinds of input.
  private static let wrappers = ["_orig_mod.", "module.", "language_model."]

  /// The wrapper of names, and what stands before all of them but the head's: `hub`, or `hub` and `language_model.`.
  private static func beginnings(of names: [String], _ hub: String) -> (wrapper: String, prefix: String) {
    var wrapper = ""
    while let next = wrappers.first(where: { own in
      !names.isEmpty && names.allSatisfy { $0.hasPrefix(wrapper + own) }
    }) {
      wrapper += next
    }
    let prefix = [hub + "language_model.", hub].first { own in names.contains { $0.hasPrefix(wrapper + own) }
    }
    return (wrapper, prefix ?? "")
  }

  /// What has a number behind it, that of one of several tensors.
  private static let stacked: Set = ["experts", "altup_projections", "altup_unembed_projections"]

  /// Tensors of experts that lie beside each other, `experts/0/up_proj/weight` and so on, by the path of all of them.
  private static func stacks(of nameOf: [String: String]) -> [String: [String]] {
    var members: [String: [Int: String]] = [:]
    for (path, name) in nameOf {
      let parts = path.split(separator: "/")
      guard let place = parts.firstIndex(where: { stacked.contains(String($0)) }), place + 1 < parts.count,
        let index = Int(parts[place + 1])
      else { continue }
      members[(parts[...place] + parts[(place + 2)...]).joined(separator: "/"), default: [:]][index] = name
    }
    return members.compactMapValues { members in
      let names = (0..<members.count).compactMap { members[$0] }
      return names.count == members.count ? names : nil
    }
  }

  /// What older files keep although it follows from the settings: masks, and frequencies of rotary positions.
  private static func isBuffer(_ name: String) -> Bool {
    name == "rope_freqs.weight" || name.hasPrefix("rope_factors_") || name.hasSuffix(".rotary_emb.inv_freq")
      || name.hasSuffix(".attention.bias")
      || name.hasSuffix(".attn.bias") || name.hasSuffix("masked_bias")
      || name.hasSuffix("embed_positions.weights")
  }

  var names: [String] { entries.filter { !optional.contains($0.value.name) }.keys.sorted() }
  func holds(_ path: String) -> Bool { entries[path] != nil }

  /// Lets modules ask for a parameter by another path.
  mutating func rename(_ path: String, to other: String) {
    entries[other] = entries.removeValue(forKey: path)
  }

  /// Leaves out parameters that no module reads, such as those of layers for training.
  mutating func leaveOut(where isLeftOut: (String) -> Bool) {
    entries = entries.filter { !isLeftOut($0.key) }
  }

  /// Lets modules ask for the parameters that one tensor holds.
  mutating func split(_ fusions: [FusedTensor]) {
    for fusion in fusions {
      for (path, entry) in entries {
        guard let parts = fusion.paths(in: path) else { continue }
        entries[path] = nil
        for part in parts { entries[part.path] = .rows(entry.name, part.rows) }
      }
    }
  }

  func shape(of path: String) -> [Int]? {
    switch entries[path] {
    case nil: return nil
    case .rows(let name, let rows):
      guard var shape = weights.shape(of: name) else { return nil }
      // A tensor of another size is shown as it is, and does not fit.
      if shape.first == rows.rowCount { shape[0] = rows.count }
      return shape
    case .tensor(let name): return weights.shape(of: name)
    case .converted(let name, let conversion): return weights.shape(of: name).map(conversion.shape)
    case .blocks(let blocks): return blocks.shape
    case .stack(let names):
      let shapes = names.map(weights.shape)
      // One that differs is named by its shape, since it does not fit.
      return (shapes.first { $0 != shapes[0] } ?? shapes[0]).map { [names.count] + $0 }
    }
  }

  /// Whether a parameter is kept in numbers of 16 bits, or in blocks that are read as such.
  func isHalf(_ path: String) -> Bool {
    switch entries[path] {
    case nil: false
    case .tensor(let name), .rows(let name, _), .converted(let name, _): isHalf(tensor: name)
    case .stack(let names): names.allSatisfy(isHalf(tensor:))
    case .blocks: true
    }
  }

  private func isHalf(tensor name: String) -> Bool {
    weights.elementType(of: name).map { ["BF16", "F16", "<f2"].contains($0) } ?? false
  }

  func tensor(_ path: String, slice: TensorSlice) throws -> Tensor {
    switch entries[path] {
    case nil: preconditionFailure("no parameter '\(path)'")
    case .tensor(let name): return try tensor(named: name, slice: slice)
    case .blocks(let blocks): return try blocks.tensor(slice, in: weights)
    case .rows(let name, let rows): return try tensor(named: name, slice: rows.slice(slice))
    case .stack(let names): return try stacked(names, slice)
    case .converted(let name, let conversion):
      let whole = conversion.parameter(
        try weights.floatingPoint(weights.tensor(named: name), named: name))
      return slice.isWhole ? whole : whole[slice]
    }
  }

  private func tensor(named name: String, slice: TensorSlice) throws -> Tensor {
    try weights.floatingPoint(weights.tensor(named: name, slice: slice), named: name)
  }

  /// Some tensors of a stack behind each other, in the type of the first.
  private func stacked(_ names: [String], _ slice: TensorSlice) throws -> Tensor {
    let inner = TensorSlice(of: Array(slice.whole.dropFirst()), ranges: Array(slice.ranges.dropFirst()))
    let taken = slice.ranges[0].flatMap { names[$0] }
    let type = try taken.first.map { try tensor(named: $0, slice: inner).elementType } ?? .float32
    var result = Tensor(zeros: slice.shape, elementType: type)
    for (index, name) in taken.enumerated() {
      let part = try tensor(named: name, slice: inner)
      result.scatter(
        part.elementType == type ? part : part.converted(to: type),
        into: [index * inner.count..<(index + 1) * inner.count])
      part.releasePages()
    }
    return result
  }

  func blockFormat(of path: String) -> BlockFormat? {
    guard let entry = entries[path] else { return nil }
    return switch entry {
    case .tensor(let name), .rows(let name, _): blockFormat(ofTensor: name)
    case .stack(let names):
      names.allSatisfy { blockFormat(ofTensor: $0) == blockFormat(ofTensor: names[0]) }
        ? blockFormat(ofTensor: names[0]) : nil
    case .blocks, .converted: nil
    }
  }

  private func blockFormat(ofTensor name: String) -> BlockFormat? {
    if case .blocks(let format)? = weights.storage(of: name) { format } else { nil }
  }

  func blocks(_ path: String, slice: TensorSlice) throws -> BlockMatrix? {
    guard blockFormat(of: path) != nil, let entry = entries[path] else { return nil }
    switch entry {
    case .tensor(let name): return try weights.blocks(named: name, slice: slice)
    case .rows(let name, let rows): return try weights.blocks(named: name, slice: rows.slice(slice))
    case .stack(let names):
      let inner = TensorSlice(of: Array(slice.whole.dropFirst()), ranges: Array(slice.ranges.dropFirst()))
      var parts: [BlockMatrix] = []
      for name in slice.ranges[0].flatMap({ names[$0] }) {
        guard let part = try weights.blocks(named: name, slice: inner) else { return nil }
        parts.append(part)
      }
      return parts.isEmpty ? nil : BlockMatrix(joining: parts)
    case .blocks, .converted: return nil
    }
  }

  func place(of path: String) -> String {
    let name = name(of: path)
    return "'\(weights.file(of: entries[path]?.name ?? name))': tensor '\(name)'"
  }

  /// What the file calls, or would call, a parameter.
  func name(of path: String) -> String {
    switch entries[path] {
    case .tensor(let name), .rows(let name, _), .converted(let name, _): return name
    case .blocks(let blocks): return blocks.name
    case .stack(let names): return names[0].replacing(/(experts|projections)\.0\./) { "\($0.1).N." }
    case nil:
      if let dialect { return dialect.name(of: path) }
      return wrapper + (path.hasPrefix("lm_head/") ? "" : prefix) + path.replacing("/", with: ".")
    }
  }
}

extension FusedRows {
  /// Where a slice of the parameter lies in the tensor.
  fileprivate func slice(_ own: TensorSlice) -> TensorSlice {
    TensorSlice(
      of: [rowCount] + own.whole.dropFirst(), ranges: [places(of: own.ranges[0])] + own.ranges.dropFirst())
  }
}

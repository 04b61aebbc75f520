import Basics
import TensorCore
import Weights

/// Weights of which layers are quantised, with one tensor `LAYER.weight` for each of those, in place of several.
struct QuantizedWeights: WeightsFile {
  private let base: any WeightsFile
  private let layers: [String: QuantizedLayer]
  let names: [String]
  /// Biases of quantised layers that are zeros: some tools write them for layers that have none.
  let emptyBiases: Set<String>

  /// - Throws: ``ModelError`` where no tensor is quantised as the settings have it, `WeightsError` for tensors that are not
  ///   as their scheme has them.
  init(_ base: any WeightsFile, _ quantization: Quantization) throws {
    var (layers, hidden) = ([String: QuantizedLayer](), Set<String>())
    let names = Set(base.names)
    let marks = Set(quantization.schemes.map(\.mark))
    let scales = Set(quantization.schemes.map(\.scales))
    for name in base.names {
      guard let mark = marks.first(where: { name.hasSuffix("." + $0) }) else { continue }
      let parts = LayerTensors(weights: base, prefix: String(name.dropLast(mark.count)))
      if mark == "weight", !scales.contains(where: parts.has) { continue }
      let weight = parts.name("weight")
      guard mark == "weight" || !names.contains(weight) else {
        throw ModelError(.sameParameter(weight, name), path: base.path)
      }
      layers[weight] = try Self.layer(parts, quantization)
      hidden.formUnion(Self.parts.map(parts.name))
    }
    guard !layers.isEmpty else {
      throw ModelError(
        .notQuantized(method: quantization.method, tensor: "….\(quantization.schemes[0].mark)"),
        path: base.path)
    }
    self.base = base
    self.layers = layers
    self.names =
      base.names.filter { !hidden.contains($0) && !Self.isOfActivations($0) } + layers.keys.sorted()
    emptyBiases = try Self.emptyBiases(of: layers.keys, base)
  }

  /// A layer by the first scheme that it follows.
  private static func layer(_ parts: LayerTensors, _ quantization: Quantization) throws(WeightsError)
    -> QuantizedLayer
  {
    var first: WeightsError?
    for scheme in quantization.schemes {
      do throws(WeightsError) {
        return try QuantizedLayer(parts, scheme, method: quantization.method)
      } catch {
        first = first ?? error
      }
    }
    guard let first else { preconditionFailure("a quantisation without schemes") }
    throw first
  }

  /// The tensors that make a weight.
  private static let parts = [
    "qweight", "qzeros", "scales", "g_idx", "weight_packed", "weight_shape", "weight_scale",
    "weight_scale_inv", "weight_zero_point",
    "weight_g_idx", "weight",
  ]

  /// Whether a tensor belongs to roundings of activations and of the cache, which do not take place here.
  private static func isOfActivations(_ name: String) -> Bool {
    [
      "activation_scale", "input_scale", "input_zero_point", "output_scale", "output_zero_point", "k_scale",
      "v_scale",
    ]
    .contains { name.hasSuffix("." + $0) }
  }

  private static func emptyBiases(of weights: some Sequence<String>, _ base: any WeightsFile)
    throws(WeightsError)
    -> Set<String>
  {
    var found: Set<String> = []
    for weight in weights {
      let bias = String(weight.dropLast("weight".count)) + "bias"
      guard base.shape(of: bias) != nil else { continue }
      let tensor = try base.tensor(named: bias)
      if tensor.elementType.isFloatingPoint, tensor.floats.allSatisfy({ $0 == 0 }) { found.insert(bias) }
    }
    return found
  }

  var path: String { base.path }
  var files: [String] { base.files }
  var metadata: [String: String] { base.metadata }
  func file(of name: String) -> String { base.file(of: layers[name]?.name ?? name) }
  func shape(of name: String) -> [Int]? { layers[name]?.shape ?? base.shape(of: name) }

  func elementType(of name: String) -> String? {
    layers[name].map(\.storage.title) ?? base.elementType(of: name)
  }

  func tensor(named name: String) throws(WeightsError) -> Tensor {
    guard let layer = layers[name] else { return try base.tensor(named: name) }
    return try layer.tensor(rows: 0..<layer.shape[0])
  }

  func tensor(named name: String, rows: Range<Int>) throws(WeightsError) -> Tensor {
    guard let layer = layers[name] else { return try base.tensor(named: name, rows: rows) }
    return try layer.tensor(rows: rows)
  }

  func storage(of name: String) -> QuantizedStorage? { layers[name]?.storage }

  func blocks(named name: String) throws(WeightsError) -> BlockMatrix? { try layers[name]?.blocks() }
}

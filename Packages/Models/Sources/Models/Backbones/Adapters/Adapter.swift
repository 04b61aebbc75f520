import Basics
import Foundation
import TensorCore
import Weights

/// A LoRA adapter as the `peft` package saves it: changes of low rank to some weights of a model, and tensors that take the
/// place of the model's.
///
///     weight + scale · B A
///
/// - Source: Hu et al. 2021, *LoRA: Low-Rank Adaptation of Large Language Models*, §4.1; Kalajdzievski 2023, *A Rank
///   Stabilization Scaling Factor for Fine-Tuning with LoRA*, §3.
struct Adapter: Sendable {
  /// The two factors of a change, and how they lie.
  private struct Change: Sendable {
    /// `[rank, inputs]` and `[outputs, rank]`.
    var a: String?
    var b: String?
    /// Whether the weight is `[inputs, outputs]`.
    var inputIsFirst = false
    var isEmbedding = false
    var scale: Float = 1
  }

  let path: String
  /// Both files.
  let files: [String]
  private let weights: SafetensorsFile
  /// By the name of the model's tensor.
  private var changes: [String: Change] = [:]
  /// Names of the adapter's own tensors, by the name of the model's tensor that they replace.
  private(set) var replacements: [String: String] = [:]

  /// - Parameter base: The weights of the model.
  /// - Throws: ``ModelError`` for a setting or a tensor that does not fit the model, `WeightsError` for a file that cannot be read.
  init(_ folder: String, over base: any WeightsFile) throws {
    func file(_ name: String) -> String { (folder as NSString).appendingPathComponent(name) }
    let settings = try AdapterSettings(file("adapter_config.json"))
    path = folder
    weights = try SafetensorsFile(path: try Self.weightsFile(in: folder))
    files = [file("adapter_config.json"), weights.path]
    let names = BaseNames(base.names)
    for name in weights.names { try take(name, settings, names) }
    for (name, change) in changes { try check(change, of: name, base) }
    for (name, own) in replacements {
      guard let shape = base.shape(of: name), shape != weights.shape(of: own) else { continue }
      throw failure(.replacement(own, shape: weights.shape(of: own) ?? [], expected: shape))
    }
  }

  private static func weightsFile(in folder: String) throws(WeightsError) -> String {
    let path = (folder as NSString).appendingPathComponent("adapter_model.safetensors")
    guard FileManager.default.fileExists(atPath: path) else {
      let pickle = (folder as NSString).appendingPathComponent("adapter_model.bin")
      guard FileManager.default.fileExists(atPath: pickle) else { throw WeightsError(.missing, path: path) }
      throw WeightsError(.pickle(isOnly: true), path: pickle)
    }
    return path
  }

  /// Notes what a tensor of the adapter is.
  private mutating func take(_ name: String, _ settings: AdapterSettings, _ names: BaseNames)
    throws(ModelError)
  {
    let start = "base_model.model."
    guard name.hasPrefix(start) else { throw failure(.notBelow(name, expected: start)) }
    let own = String(name.dropFirst(start.count)).replacing(".base_layer", with: "")
    for (ending, isEmbedding) in [
      (".lora_A.weight", false), (".lora_B.weight", false), (".lora_embedding_A", true),
      (".lora_embedding_B", true),
    ] where own.hasSuffix(ending) {
      let module = String(own.dropLast(ending.count))
      guard let target = names.name(of: module + ".weight") else {
        throw failure(.noTarget(name, target: module + ".weight"))
      }
      var change = changes[target] ?? Change()
      change.isEmbedding = isEmbedding
      change.inputIsFirst = isEmbedding || settings.inputIsFirst
      if ending.contains("A") { change.a = name } else { change.b = name }
      let rank = change.a.flatMap { weights.shape(of: $0)?.first } ?? settings.rank
      guard rank == settings.rank || settings.hasOwnRank(module) else {
        throw failure(.rank(name, found: rank, expected: settings.rank))
      }
      change.scale = settings.scale(of: module, rank: rank)
      changes[target] = change
      return
    }
    guard !own.contains("lora_") else {
      throw failure(.unknownForm(name))
    }
    replacements[names.name(of: own) ?? own] = name
  }

  private func check(_ change: Change, of name: String, _ base: any WeightsFile) throws(ModelError) {
    guard let a = change.a.flatMap(weights.shape), let b = change.b.flatMap(weights.shape) else {
      throw failure(.oneFactor(of: name))
    }
    let shape = base.shape(of: name) ?? []
    let expected = change.inputIsFirst ? Array(shape.reversed()) : shape
    guard a.count == 2, b.count == 2, a[0] == b[1], a[0] > 0, expected == [b[0], a[1]] else {
      throw failure(.factors(of: name, b: b, a: a, shape: shape))
    }
    // Where the head is the embedding, peft changes the one and not the other, and merging would change both.
    let heads = ["lm_head.weight", "embed_out.weight", "output.weight"]
    guard !change.isEmbedding || (base.names + replacements.keys).contains(where: { heads.contains($0) })
    else {
      throw failure(.tiedHead(name))
    }
  }

  private func failure(_ problem: AdapterProblem) -> ModelError { ModelError(.adapter(problem), path: path) }

  /// Whether a tensor is not the model's own.
  func touches(_ name: String) -> Bool { changes[name] != nil || replacements[name] != nil }

  /// The shape of a tensor that takes the place of the model's.
  func shape(ofReplacement name: String) -> [Int]? { replacements[name].flatMap(weights.shape) }

  /// A tensor that it touches, in float32.
  ///
  /// - Parameter tensor: Reads the model's own, where none takes its place.
  func applied(to tensor: () throws(WeightsError) -> Tensor, _ name: String) throws(WeightsError) -> Tensor {
    // A changed embedding is saved whole too, without its change.
    let whole = if let own = replacements[name] { try weights.tensor(named: own) } else { try tensor() }
    var result = whole.converted(to: .float32)
    guard let change = changes[name], let a = change.a, let b = change.b else { return result }
    let factors = (
      a: try weights.tensor(named: a).converted(to: .float32),
      b: try weights.tensor(named: b).converted(to: .float32)
    )
    var delta =
      change.inputIsFirst
      ? factors.a.transposedRows.multiplied(by: .init(fixed: factors.b, .outputsByInner), mode: .float32)
      : factors.b.multiplied(by: .init(fixed: factors.a, .innerByOutputs), mode: .float32)
    delta.scale(by: change.scale)
    result.add(delta)
    return result
  }
}

/// Names of a model's tensors, found by the names that the adapter's own base gave them.
private struct BaseNames {
  private let names: Set<String>
  private let byEnding: [String: String]

  init(_ names: [String]) {
    self.names = Set(names)
    byEnding = Dictionary(names.map { ($0.strippingModel, $0) }) { one, _ in one }
  }

  /// Files may have been saved with or without `model.` in front.
  func name(of name: String) -> String? {
    names.contains(name) ? name : byEnding[name.strippingModel]
  }
}

extension String {
  fileprivate var strippingModel: String {
    for start in ["model.", "transformer."] where hasPrefix(start) { return String(dropFirst(start.count)) }
    return self
  }
}

extension LinearWeight {
  fileprivate convenience init(fixed weight: Tensor, _ orientation: PackedMatrix.Orientation) {
    self.init(freezing: [.init(Parameter(weight))], orientation: orientation, mode: .float32)
  }
}

extension Tensor {
  /// Columns as rows, `[columns, rows]`.
  fileprivate var transposedRows: Tensor {
    let (rows, columns, own) = (rowCount, width, floats)
    return Tensor(
      (0..<columns * rows).map { own[$0 % rows * columns + $0 / rows] }, shape: [columns, rows])
  }
}

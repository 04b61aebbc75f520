import Foundation
import Models
import TensorCore
import Tokenization
import Weights

/// What each mode rounds away, on a real model's weights: products against float64, and log-probabilities of a text
/// against PyTorch in float64.
struct PrecisionBenchmark {
  private static let rows = 8
  private static let tokens = 512

  private let path: String

  init(_ path: String) { self.path = path }

  func run() throws {
    try products()
    try logProbabilities()
  }

  // MARK: Products

  /// Sums over all layers' matrices of one kind.
  private struct Error {
    /// The largest |error| / Σ|x·w|, and the sums of squares of errors and of outputs.
    var largest = 0.0
    var squares = 0.0
    var outputs = 0.0

    mutating func add(_ found: Float, _ exact: Double, magnitude: Double) {
      let error = abs(Double(found) - exact)
      largest = max(largest, error / magnitude)
      squares += error * error
      outputs += exact * exact
    }

    var cells: String {
      String(format: "%.1e | %.1e", largest, (squares / outputs).squareRoot())
    }
  }

  private func products() throws {
    print("\(Self.rows) rows of normal numbers times every matrix of \(path), against float64\n")
    print("| matrix | float32: largest | relative | bfloat16: largest | relative |\n|---|---|---|---|---|")
    let files = try BackboneFiles(path)
    let names = files.weights.names.filter { files.weights.shape(of: $0)?.count == 2 }
    let kinds = Dictionary(grouping: names) {
      $0.split(separator: ".").dropLast().last.map(String.init) ?? $0
    }
    for (kind, names) in kinds.sorted(by: { $0.key < $1.key }) {
      var errors: [ComputeMode: Error] = [:]
      for (index, name) in names.sorted().enumerated() {
        try add(files.weights.tensor(named: name), RandomKey(seed: UInt64(index)), to: &errors)
      }
      print("| \(kind) | \(errors[.float32]!.cells) | \(errors[.bfloat16]!.cells) |")
    }
    print()
  }

  private func add(_ weight: Tensor, _ key: RandomKey, to errors: inout [ComputeMode: Error]) {
    let (outputs, inner) = (weight.shape[0], weight.shape[1])
    let rows = key.normals(Self.rows * inner)
    let found = ComputeMode.allCases.map { mode in
      let packed = PackedMatrix(weight, orientation: .outputsByInner, mode: mode)
      return (mode, packed.multiply(Tensor(rows, shape: [Self.rows, inner])).floats)
    }
    let elements = weight.floats
    for row in 0..<Self.rows {
      for output in 0..<outputs {
        var (exact, magnitude) = (0.0, 0.0)
        for i in 0..<inner {
          let product = Double(rows[row * inner + i]) * Double(elements[output * inner + i])
          exact += product
          magnitude += abs(product)
        }
        for (mode, values) in found {
          errors[mode, default: Error()].add(values[row * outputs + output], exact, magnitude: magnitude)
        }
      }
    }
  }

  // MARK: Log-probabilities

  private func logProbabilities() throws {
    let text = try String(contentsOf: Benchmarks.root.appending(path: "CONTRIBUTING.md"), encoding: .utf8)
    let ids = Array(try Tokenizers.forBackbone(at: path).encode(text).prefix(Self.tokens))
    guard let exact = try float64(ids) else {
      print("no float64 model: ASSAY_PYTHON names no Python with PyTorch and transformers")
      return
    }
    print("log-probabilities of \(ids.count - 1) tokens, nats off PyTorch in float64\n")
    print("| mode | mean | largest |\n|---|---|---|")
    for activation in [ActivationType.float32, .bfloat16] {
      var types = NumericTypes()
      types.activation = activation
      let errors = zip(try ForwardBenchmark.score(ids, with: Backbone(path: path, types: types)), exact)
        .map { abs(Double($0) - $1) }
      let mean = errors.reduce(0, +) / Double(errors.count)
      print("| \(activation.rawValue) | \(String(format: "%.1e | %.1e", mean, errors.max() ?? 0)) |")
    }
  }

  private static let program = """
    import json, sys, torch, transformers
    ids = torch.tensor([json.loads(sys.argv[2])])
    model = transformers.AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.float64).eval()
    with torch.inference_mode():
      logits = model(ids, use_cache=False).logits[0, :-1]
    print(json.dumps(logits.log_softmax(-1).gather(-1, ids[0, 1:, None])[:, 0].tolist()))
    """

  private func float64(_ ids: [Int32]) throws -> [Double]? {
    try Python.output(of: Self.program, [path, "\(ids)"]).map {
      try JSONDecoder().decode([Double].self, from: Data($0.utf8))
    }
  }
}

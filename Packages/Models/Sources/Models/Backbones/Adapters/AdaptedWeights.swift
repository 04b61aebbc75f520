import TensorCore
import Weights

/// The weights of a model with a LoRA adapter merged in. Only what the adapter touches is read otherwise: in float32.
struct AdaptedWeights: WeightsFile {
  private let base: any WeightsFile
  private let adapter: Adapter
  let names: [String]

  init(_ base: any WeightsFile, _ adapter: Adapter) {
    self.base = base
    self.adapter = adapter
    names = base.names + adapter.replacements.keys.filter { base.shape(of: $0) == nil }.sorted()
  }

  var path: String { base.path }
  var files: [String] { base.files + adapter.files }
  var metadata: [String: String] { base.metadata }

  func file(of name: String) -> String {
    adapter.replacements[name] == nil ? base.file(of: name) : adapter.path
  }

  func shape(of name: String) -> [Int]? { adapter.shape(ofReplacement: name) ?? base.shape(of: name) }

  func elementType(of name: String) -> String? { adapter.touches(name) ? "F32" : base.elementType(of: name) }

  func tensor(named name: String) throws(WeightsError) -> Tensor {
    guard adapter.touches(name) else { return try base.tensor(named: name) }
    return try adapter.applied(
      to: { () throws(WeightsError) in try base.tensor(named: name) }, name)
  }

  func tensor(named name: String, rows: Range<Int>) throws(WeightsError) -> Tensor {
    adapter.touches(name) ? try tensor(named: name).rows(rows) : try base.tensor(named: name, rows: rows)
  }

  func storage(of name: String) -> QuantizedStorage? {
    adapter.touches(name) ? nil : base.storage(of: name)
  }

  func blocks(named name: String) throws(WeightsError) -> BlockMatrix? {
    adapter.touches(name) ? nil : try base.blocks(named: name)
  }
}

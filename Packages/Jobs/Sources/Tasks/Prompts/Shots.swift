import Templating
import TensorCore

/// The shots of every document: indices into a pool of examples.
///
/// The random sampler is CPython's `random.Random(1234)`, advanced in the order of the documents, so that a prompt is the
/// one that lm-evaluation-harness shows. All draws are made at once; which documents are run then changes nothing.
struct Shots: Sendable {
  let pool: [TemplateDictionary]
  /// For every document the shots, in their order.
  let chosen: [[Int]]

  static let none = Shots(pool: [], chosen: [])

  private init(pool: [TemplateDictionary], chosen: [[Int]]) {
    self.pool = pool
    self.chosen = chosen
  }

  func callAsFunction(_ document: Int) -> [TemplateDictionary] {
    chosen.isEmpty ? [] : chosen[document].map { pool[$0] }
  }

  /// - Parameters:
  ///   - excluding: Whether a document must not be its own shot.
  /// - Throws: ``TaskError`` where the pool is too small.
  init(
    _ count: Int, of pool: [TemplateDictionary], for documents: [TemplateDictionary],
    sampler: TaskFile.Fewshot.Sampler, excluding: Bool
  ) throws(TaskError) {
    self.pool = pool
    let needed = count + (excluding && sampler == .random ? 1 : 0)
    guard pool.count >= needed else {
      throw TaskError(.tooFewExamples(found: pool.count, needed: needed, shots: count))
    }
    // A field that a document lacks is null there.
    let values = pool.map { TemplateValue.dictionary($0.withoutNulls) }
    var random = PythonRandom(seed: 1234)
    var chosen: [[Int]] = []
    for document in documents {
      let value = TemplateValue.dictionary(document.withoutNulls)
      func others(_ indices: some Sequence<Int>) -> some Sequence<Int> {
        indices.lazy.filter { !excluding || values[$0] != value }
      }
      var shots: [Int]
      switch sampler {
      case .first: shots = Array(others(values.indices).prefix(count))
      case .random:
        shots = Array(others(random.sample(below: pool.count, needed)).prefix(count))
        if shots.count < count {
          let pool = Array(others(values.indices))
          shots = pool.count < count ? [] : random.sample(pool, count)
        }
      }
      guard shots.count >= count else {
        throw TaskError(.noOtherExamples)
      }
      chosen.append(shots)
    }
    self.chosen = chosen
  }
}

extension TemplateDictionary {
  fileprivate var withoutNulls: TemplateDictionary {
    var result = TemplateDictionary()
    for case (.string(let name), let value) in zip(keys, values) where value != .null { result[name] = value }
    return result
  }
}

public import Basics
import Models
import TensorCore

/// Holds the distributions of candidates against those of a reference, at every scored position of some requests.
///
/// All models compute the same rows in step. Blocks of rows are unembedded for the reference and for one candidate after
/// the other, and both vocabularies stream through one sum; logits are kept for one block at a time.
public struct DivergenceEngine: Sendable {
  /// The reference, then the candidates.
  private let models: [ComparedModel]
  private let vocabulary: Int

  /// - Parameter vocabulary: How many ids are compared, from the first; those of the reference unless given.
  /// - Precondition: There is a candidate, and each model has that many ids.
  public init(reference: ComparedModel, candidates: [ComparedModel], vocabulary: Int? = nil) {
    let vocabulary = vocabulary ?? reference.vocabularySize
    models = [reference] + candidates
    self.vocabulary = vocabulary
    precondition(
      !candidates.isEmpty && models.allSatisfy { $0.vocabularySize >= vocabulary },
      "\(vocabulary) ids of \(candidates.count) candidates")
  }

  /// Compares the models at the scored positions of `requests`.
  ///
  /// - Parameter progress: Called after each block with how many rows are compared, and how many there are.
  /// - Throws: ``NonFiniteLogits``; `TokenError` for an id that is not compared or a sequence longer than a block.
  public func compare(
    _ requests: [ScoreRequest], progress: (_ completed: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> RowComparison {
    for request in requests {
      try TokenError.check(request.ids, vocabularySize: vocabulary)
      for model in models where request.inputCount > model.blockSize {
        throw TokenError.tooLong(request.inputCount, blockSize: model.blockSize)
      }
    }
    var blocks = try RowBlocks(of: Plan(requests.map(Request.score)), models, vocabulary: vocabulary)
    while try blocks.compareNext() { progress(blocks.completed, blocks.total) }
    return blocks.comparison
  }
}

/// Logits that are not numbers.
public struct NonFiniteLogits: ReportableError, Sendable, Equatable {
  /// Which model: 0 is the reference, then the candidates.
  public let model: Int
  /// The index of a request that reads them, and the position that they predict.
  public let request: Int
  public let position: Int

  public var fault: Fault { .badData }
  public var description: String {
    "model \(model): the logits of request \(request), position \(position), are no numbers"
  }
}

/// The rows of a plan that have targets, compared block by block.
private struct RowBlocks {
  private let plan: Plan
  private let batch: TargetBatch
  private let vocabulary: Int
  /// The most rows of a block.
  private let limit: Int
  private var streams: [RowStream]
  /// How many rows are compared.
  private(set) var completed = 0
  private(set) var comparison: RowComparison

  /// The most bytes of one model's logits that are held at once, as far as one row fits; it changes no number.
  private static let logitBytes = 64 << 20

  init(of plan: Plan, _ models: [ComparedModel], vocabulary: Int) throws {
    var batch = TargetBatch()
    batch.append(plan.targets[...], shift: 0)
    self.plan = plan
    self.batch = batch
    self.vocabulary = vocabulary
    let widest = models.map(\.vocabularySize).max() ?? vocabulary
    limit = max(1, Self.logitBytes / MemoryLayout<Float>.stride / widest)
    streams = try models.map { RowStream(try $0.rows(plan)) }
    comparison = RowComparison(plan, batch, candidates: models.count - 1)
  }

  var total: Int { batch.rows.count }

  /// - Returns: Whether there was a block left.
  mutating func compareNext() throws -> Bool {
    guard completed < total else { return false }
    var count = min(limit, total - completed)
    for index in streams.indices { count = min(count, try streams[index].available()) }
    let targets = batch.targets.lists(ofRows: completed..<completed + count)
    let reference = try streams[0].takeLogits(count)
    for index in streams.indices.dropFirst() {
      let logits = try streams[index].takeLogits(count)
      let found = reference.divergences(of: logits, vocabulary: vocabulary, targets: targets)
      if let row = found.divergence.firstIndex(where: { !$0.isFinite }) {
        let own = reference.rows(row..<row + 1).columns(0..<vocabulary)
        throw nonFinite(model: own.firstNonFinite == nil ? index : 0, row: completed + row)
      }
      comparison.append(found, ofCandidate: index - 1)
    }
    completed += count
    for index in streams.indices { comparison.seconds[index] = streams[index].seconds }
    return true
  }

  private func nonFinite(model: Int, row: Int) -> NonFiniteLogits {
    let index = batch.sources.firstIndex { $0.row == row } ?? 0
    let target = plan.targets[index]
    guard case .score(let request) = plan.requests[Int(target.request)] else {
      preconditionFailure("a target of a request that scores nothing")
    }
    return NonFiniteLogits(
      model: model, request: Int(target.request), position: request.first + Int(target.offset))
  }
}

/// The rows of one model, of which those that others have not computed yet wait; and the time that the model takes.
private struct RowStream {
  private var source: any TargetRows
  private var waiting: Tensor?
  private(set) var seconds = 0.0

  init(_ source: any TargetRows) { self.source = source }

  /// How many rows can be taken at once, at least one; computes some where none wait.
  ///
  /// - Precondition: Not all rows are taken.
  mutating func available() throws -> Int {
    if let waiting { return waiting.rowCount }
    let start = ContinuousClock.now
    guard let rows = try source.next() else { preconditionFailure("all rows are taken") }
    seconds += (ContinuousClock.now - start) / .seconds(1)
    waiting = rows
    return rows.rowCount
  }

  /// The logits of the next `count` rows, all of which wait.
  mutating func takeLogits(_ count: Int) throws -> Tensor {
    guard let rows = waiting else { preconditionFailure("no rows wait") }
    let start = ContinuousClock.now
    let logits = try source.logits(of: rows.rows(0..<count))
    seconds += (ContinuousClock.now - start) / .seconds(1)
    waiting = count < rows.rowCount ? rows.rows(count..<rows.rowCount) : nil
    return logits
  }
}

extension TargetLists {
  /// The lists of some of the rows.
  fileprivate func lists(ofRows rows: Range<Int>) -> TargetLists {
    let (first, last) = (offsets[rows.lowerBound], offsets[rows.upperBound])
    return TargetLists(
      offsets: offsets[rows.lowerBound...rows.upperBound].map { $0 - first },
      ids: Array(ids[Int(first)..<Int(last)]))
  }
}

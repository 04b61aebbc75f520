import Sharding
public import TensorCore

/// The tokens of a model: the table that embeds them, and the head that scores each of them as the next one.
///
/// Where the rules cut the vocabulary, each rank holds a run of ids, in both. Ranks then add up their rows of the
/// embedding, and join their parts of the output distribution.
///
/// - Parameters in a checkpoint: table and head `[size, width]`, one and the same where the head is tied; a bias of logits
///   `[size]` where there is one.
public struct Vocabulary: Sendable {
  /// How many tokens there are.
  public let size: Int
  private let table: Parameter
  private let head: LinearWeight
  private let softcap: Float?
  private let path: String
  private let shards: Int

  /// - Parameters:
  ///   - size: How many tokens there are.
  ///   - width: Elements of a row.
  ///   - table: The path of the embedding.
  ///   - head: The path of the head; `nil` where it is the embedding.
  ///   - bias: The path of the bias of logits; `nil` where there is none.
  ///   - softcap: Logits become softcap · tanh(logit / softcap).
  ///   - mode: What a model that is not trainable packs its head for.
  public init(
    of size: Int, width: Int, table: String, head: String? = nil, bias: String? = nil, softcap: Float? = nil,
    mode: ComputeMode,
    parameters: ParameterReader
  ) {
    func parameter(_ name: String) -> Parameter {
      parameters.parameter(
        name, [.init(.vocab, size), .init(.embed, width)], initializer: .normal(deviation: 0.02))
    }
    self.size = size
    self.table = parameter(table)
    path = table
    shards = parameters.shards(of: .vocab)
    self.softcap = softcap
    let unembedding = head.map(parameter) ?? self.table
    let bias = bias.map { parameters.parameter($0, [.init(.vocab, size)], initializer: .zeros) }
    // What does not fit is empty; the reader has recorded it, and throws when the model is made.
    let fits = unembedding.count > 0 && bias?.count != 0
    let part =
      fits ? LinearWeight.Part(unembedding, bias: bias) : LinearWeight.Part(Parameter(Tensor(zeros: [1, 1])))
    self.head =
      parameters.isTrainable
      ? LinearWeight([part], orientation: .outputsByInner)
      : LinearWeight(freezing: [part], orientation: .outputsByInner, mode: mode)
  }

  /// The rows of `ids`, `[tokens, width]`.
  ///
  /// - Precondition: Every id is in `0 ..< size`.
  public func embed(_ ids: [Int32], _ pass: ForwardPass) throws -> Tensor {
    guard shards > 1 else { return pass.rows(ids, of: table) }
    try pass.requireUnrecorded()
    let own = ownIDs(pass)
    let places = ids.indices.filter { own.contains(Int(ids[$0])) }.map(Int32.init)
    // One rank has the row, the others add zeros: an exact sum.
    var rows = table.rows(places.map { ids[Int($0)] - Int32(own.lowerBound) }, tape: nil)
      .scatteringRows(to: places, count: ids.count)
    try pass.communicator.allReduce(&rows, named: path)
    return rows
  }

  /// Rows `[tokens, width]`, normalised, to logits `[tokens, size]`.
  public func logits(of rows: Tensor, _ pass: ForwardPass) throws -> Tensor {
    var own = rows.multiplied(by: head, mode: pass.mode)
    if let softcap { own.softcap(at: softcap) }
    guard shards > 1 else { return own }
    try pass.requireUnrecorded()
    return .joiningColumns(try pass.communicator.allGather(own, named: "\(path) logits"))
  }

  /// ``LanguageModel/score(_:targets:_:)`` of normalised rows.
  public func score(_ rows: Tensor, targets: TargetLists, _ pass: ForwardPass) throws -> RowScores {
    let matrix = head.packed(mode: pass.mode)
    guard shards > 1 else {
      return matrix.score(rows, targets: targets, bias: head.bias, softcap: softcap)
    }
    try pass.requireUnrecorded()
    let (own, places) = targets.within(ownIDs(pass))
    let scores = matrix.score(rows, targets: own, bias: head.bias, softcap: softcap)
    let part = VocabularyPart(
      scores, places: places, targetCount: targets.ids.count, firstID: ownIDs(pass).lowerBound)
    let gathered = try pass.communicator.allGather(part.tensor, named: "\(path) scores")
    return RowScores(
      joining: gathered.map {
        VocabularyPart($0, rowCount: targets.rowCount, targetCount: targets.ids.count)
      }, targets: targets)
  }

  /// ``LanguageModel/crossEntropy(_:targets:_:)`` of normalised rows.
  public func crossEntropy(of rows: Tensor, targets: [Int32], _ pass: ForwardPass) throws -> CrossEntropy {
    if let sink = pass.intermediates {
      let scores = try score(rows, targets: TargetLists(ofEach: targets), pass)
      var found = scores.targetLogProbabilities[...]
      let losses = targets.map { $0 < 0 ? Float.nan : -found.removeFirst() }
      sink.record(Tensor(losses, shape: [losses.count]), as: "loss")
    }
    if softcap != nil || head.hasBias {
      try pass.requireUnrecorded("of logits with a bias or a soft cap")
    } else if shards == 1 {
      return rows.crossEntropy(unembeddedBy: head, targets: targets, mode: pass.mode)
    }
    return CrossEntropy(try score(rows, targets: TargetLists(ofEach: targets), pass))
  }

  /// The ids whose rows this rank holds.
  private func ownIDs(_ pass: ForwardPass) -> Range<Int> {
    let count = size / shards
    return pass.communicator.rank * count..<(pass.communicator.rank + 1) * count
  }
}

public import Sharding
import TensorCore

extension LanguageModel {
  /// What the model draws of one text: of a pass over its first ids, each asked for given those before it.
  ///
  /// - Parameters:
  ///   - ids: At least two; of more than the block reads, the first.
  ///   - attention: Which attention weights; four layers and four heads by default.
  ///   - communicator: The ranks that hold this model together; all of them call this.
  /// - Throws: ``TokenError`` for an id outside the vocabulary.
  public func figures(
    of ids: [Int32],
    attention: Intermediates.AttentionChoice = .init(layers: 4, heads: 4, positions: 64),
    communicator: any Communicator = SoloCommunicator()
  ) throws -> [String: Figure] {
    let read = Array(ids.prefix(blockSize + 1))
    guard read.count > 1 else { return [:] }
    try TokenError.check(read, vocabularySize: vocabularySize)
    let sink = Intermediates(attention: attention)
    let sequence = CachedSequence(in: makeCache())
    let pass = ForwardPass(
      segments: [sequence.extend(by: read.count - 1, firstRow: 0)], pages: sequence.pages, mode: mode,
      communicator: communicator, intermediates: sink)
    let rows = try rows(Array(read.dropLast()), pass)
    _ = try crossEntropy(rows, targets: Array(read.dropFirst()), pass)
    return plot(sink)
  }
}

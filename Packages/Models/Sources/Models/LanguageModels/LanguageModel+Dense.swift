public import TensorCore

/// The interface of the original system, `[batch, length]` in and `[batch, length, …]` out.
///
/// As there, a call applies dropout unless it is `deterministic`; a model whose dropout is 0 computes the
/// same either way. Without a `dropoutKey` each call drops anew: its key is the next number of this process.
///
/// Padding is dropped before the blocks and put back as zeros after them, so a token's values do not depend on it; a
/// row's positions count its real tokens, with rotary and learned positions alike.
extension LanguageModel {
  /// Token and positional embeddings.
  ///
  /// - Shape: ids `[B, T]`, result `[B, T, C]`; rows of padding are zero.
  /// - Parameters:
  ///   - deterministic: Whether dropout is off.
  ///   - dropoutKey: What dropout is drawn from; a key of its own for each call where it is `nil`.
  /// - Throws: ``TokenError`` for an id outside the vocabulary or a row longer than the block.
  public func embed(
    _ ids: TokenBatch, paddingMask: PaddingMask? = nil, deterministic: Bool = false,
    dropoutKey: RandomKey? = nil
  ) throws -> Tensor {
    let dense = try DensePass(self, ids, paddingMask, deterministic ? nil : dropoutKey ?? .ofNextCall())
    return dense.restored(try embed(dense.realIDs(ids), dense.pass))
  }

  /// The blocks.
  ///
  /// - Shape: x `[B, T, C]`, result `[B, T, C]`, the residual channels; rows of padding are zero.
  /// - Parameters:
  ///   - deterministic: Whether dropout is off.
  ///   - dropoutKey: What dropout is drawn from; a key of its own for each call where it is `nil`.
  public func decode(
    _ x: Tensor, paddingMask: PaddingMask? = nil, deterministic: Bool = false, dropoutKey: RandomKey? = nil
  ) throws -> Tensor {
    precondition(x.shape.count == 3, "decode needs [B, T, C], got \(x.shape)")
    let mask = paddingMask ?? PaddingMask(allReal: x.shape[0], x.shape[1])
    let dense = try DensePass(self, mask, deterministic ? nil : dropoutKey ?? .ofNextCall())
    let rows = x.reshaped([x.shape[0] * x.shape[1], x.shape[2]]).gatheringRows(dense.realIndices)
    return dense.restored(try decode(rows, dense.pass))
  }

  /// The output distribution.
  ///
  /// - Shape: x `[B, T, C]`, result `[B, T, V]`.
  public func unembed(_ x: Tensor) throws -> Tensor {
    precondition(x.shape.count == 3, "unembed needs [B, T, C], got \(x.shape)")
    let pass = ForwardPass(segments: [], pages: makeCache(), mode: mode)
    let logits = try unembed(x.reshaped([x.shape[0] * x.shape[1], x.shape[2]]), pass)
    return logits.reshaped([x.shape[0], x.shape[1], vocabularySize])
  }

  /// Mean cross-entropy in nats over the targets that are not -1; zero where there is none.
  ///
  /// - Shape: logits `[B, T, V]`, targets `[B, T]`, used as given (the model does not shift them).
  /// - Throws: ``TokenError`` for a target outside the vocabulary other than -1.
  public func loss(logits: Tensor, targets: TokenBatch) throws -> Float {
    precondition(
      logits.shape == [targets.batch, targets.length, vocabularySize],
      "loss needs logits [\(targets.batch), \(targets.length), \(vocabularySize)], got \(logits.shape)")
    try TokenError.check(targets, vocabularySize: vocabularySize, ignoring: -1)
    let rows = logits.reshaped([targets.ids.count, vocabularySize])
    let (sum, count) = rows.crossEntropy(targets: targets.ids)
    return Float(sum / Double(max(count, 1)))
  }

  /// Logits, and the loss where targets are given.
  ///
  /// - Shape: ids and targets `[B, T]`, logits `[B, T, V]`.
  /// - Parameters:
  ///   - deterministic: Whether dropout is off.
  ///   - dropoutKey: What dropout is drawn from; a key of its own for each call where it is `nil`.
  public func callAsFunction(
    _ ids: TokenBatch, targets: TokenBatch? = nil, paddingMask: PaddingMask? = nil,
    deterministic: Bool = false,
    dropoutKey: RandomKey? = nil
  ) throws -> (logits: Tensor, loss: Float?) {
    let dropoutKey = deterministic ? nil : dropoutKey ?? .ofNextCall()
    let embedded = try embed(
      ids, paddingMask: paddingMask, deterministic: deterministic, dropoutKey: dropoutKey)
    let decoded = try decode(
      embedded, paddingMask: paddingMask, deterministic: deterministic, dropoutKey: dropoutKey)
    let logits = try unembed(decoded)
    return (logits, try targets.map { try loss(logits: logits, targets: $0) })
  }
}

extension LanguageModel {
  /// The cross-entropy of a batch, without logits.
  ///
  /// Targets of padding count for nothing: there is no token that they follow.
  ///
  /// - Shape: ids and targets `[B, T]`; targets are used as given, and −1 leaves a position out.
  /// - Parameters:
  ///   - dropoutKey: Applies dropout, drawn from this key; nil for none.
  ///   - firstSequence: The number of the batch's first row among all that `dropoutKey` is for. What is dropped of a row
  ///     depends on the key and its number alone, not on the other rows or on padding.
  ///   - tape: Records the pass, for ``TensorCore/CrossEntropy/backpropagate(scale:into:)``.
  ///   - intermediates: Collects what ``Module/plot(_:)`` draws.
  /// - Throws: ``TokenError`` for an id or a target outside the vocabulary, or a row longer than the block.
  public func crossEntropy(
    _ ids: TokenBatch, targets: TokenBatch, paddingMask: PaddingMask? = nil, dropoutKey: RandomKey? = nil,
    firstSequence: Int = 0, tape: Tape? = nil, intermediates: Intermediates? = nil
  ) throws -> CrossEntropy {
    precondition(targets.batch == ids.batch && targets.length == ids.length, "a target for each id")
    try TokenError.check(targets, vocabularySize: vocabularySize, ignoring: -1)
    let dense = try DensePass(
      self, ids, paddingMask, dropoutKey, firstSequence: firstSequence, tape: tape, isKept: false,
      intermediates: intermediates)
    let rows = try rows(dense.realIDs(ids), dense.pass)
    return try crossEntropy(rows, targets: dense.realIDs(targets), dense.pass)
  }
}

/// One dense batch as a pass over its real tokens, a root segment a row.
private struct DensePass {
  let pass: ForwardPass
  let realIndices: [Int32]
  private let mask: PaddingMask
  private let sequences: [CachedSequence]

  init(
    _ model: some LanguageModel, _ ids: TokenBatch, _ mask: PaddingMask?, _ key: RandomKey?,
    firstSequence: Int = 0, tape: Tape? = nil, isKept: Bool = true, intermediates: Intermediates? = nil
  ) throws {
    let mask = mask ?? PaddingMask(allReal: ids.batch, ids.length)
    precondition(
      mask.batch == ids.batch && mask.length == ids.length,
      "a padding mask [\(mask.batch), \(mask.length)] does not fit ids [\(ids.batch), \(ids.length)]")
    try self.init(
      model, mask, key, firstSequence: firstSequence, tape: tape, isKept: isKept, intermediates: intermediates
    )
    for index in realIndices {
      try TokenError.check(ids, at: Int(index), vocabularySize: model.vocabularySize)
    }
  }

  /// - Parameter isKept: Whether keys and values of all layers are kept, not of one at a time.
  init(
    _ model: some LanguageModel, _ mask: PaddingMask, _ key: RandomKey?, firstSequence: Int = 0,
    tape: Tape? = nil, isKept: Bool = true, intermediates: Intermediates? = nil
  ) throws {
    guard mask.length <= model.blockSize else {
      throw TokenError.tooLong(mask.length, blockSize: model.blockSize)
    }
    let pages = model.makeCache()
    var sequences: [CachedSequence] = []
    var segments: [Segment] = []
    var numbers: [Int] = []
    var firstRow = 0
    for (row, length) in mask.rowLengths.enumerated() where length > 0 {
      let sequence = CachedSequence(in: pages)
      let segment = sequence.extend(by: length, firstRow: firstRow)
      if !isKept { segment.pages.forEach(pages.keepForOnePass) }
      segments.append(segment)
      sequences.append(sequence)
      firstRow += length
      // No sequence is longer than a block, so that each has numbers of its own.
      if key != nil { numbers += (0..<length).map { (firstSequence + row) * model.blockSize + $0 } }
    }
    self.mask = mask
    self.sequences = sequences
    realIndices = mask.realIndices
    pass = ForwardPass(
      segments: segments, pages: pages, mode: model.mode, dropoutKey: key,
      dropoutRows: key == nil ? nil : numbers, intermediates: intermediates, tape: tape)
  }

  func realIDs(_ ids: TokenBatch) -> [Int32] { realIndices.map { ids.ids[Int($0)] } }

  /// Rows of real tokens `[n, w]` back in their places, `[B, T, w]`.
  func restored(_ rows: Tensor) -> Tensor {
    rows.scatteringRows(to: realIndices, count: mask.batch * mask.length)
      .reshaped([mask.batch, mask.length, rows.shape[1]])
  }
}

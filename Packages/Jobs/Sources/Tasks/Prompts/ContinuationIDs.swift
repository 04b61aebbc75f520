import Evaluations
import Templating
import Tokenization

/// A context and its continuation as ids.
///
/// A continuation that adds no token, an empty one say, has nothing to score and is counted as empty; lm-evaluation-harness
/// stops the run at one.
///
/// - Source: lm-evaluation-harness 0.4.13, `_encode_pair` and `loglikelihood`.
struct ContinuationIDs {
  var request: ScoreRequest
  var counts = Counts(asked: 1)

  /// White space at the end of the context goes to the continuation; the continuation's ids are those of both texts
  /// together, after as many as the context alone has. An empty context is the token that begins a text.
  ///
  /// - Parameter contextIDs: Of the context without its white space at the end, where they are known already.
  init(
    _ context: String, _ continuation: String, _ evaluation: EvaluationContext,
    contextIDs: inout [String: [Int32]]
  ) throws {
    let tokenizer = evaluation.tokenizer
    let prefix = tokenizer.beginning
    guard !context.isEmpty else {
      let ids = try tokenizer.encode(continuation, addingSpecialTokens: false)
      request = ScoreRequest(ids: ids.first == prefix ? ids : [prefix] + ids, from: 1)
      truncate(to: evaluation.blockSize)
      if request.isEmpty { counts.empty = 1 }
      return
    }
    let trimmed = PythonText.trimmed(context, start: false)
    let whole = try evaluation.encode(context + continuation)
    let known = contextIDs[trimmed]
    let contextPart = try known ?? evaluation.encode(trimmed)
    if known == nil { contextIDs[trimmed] = contextPart }
    var ids = contextPart + whole.dropFirst(contextPart.count)
    var first = contextPart.count
    if !whole.starts(with: contextPart) { counts.merged = 1 }
    if whole.count <= contextPart.count, !(context + continuation).isEmpty, !continuation.isEmpty {
      // The continuation disappears in the context's last token: score the last token of both.
      counts.merged = 1
      ids = whole
      first = whole.count - 1
    }
    if first < 1 {
      ids.insert(prefix, at: 0)
      first = 1
    }
    request = ScoreRequest(ids: ids, from: first)
    truncate(to: evaluation.blockSize)
    if request.isEmpty { counts.empty = 1 }
  }

  /// Keeps the end; the last id is predicted but not read, so one more than a block fits.
  private mutating func truncate(to blockSize: Int) {
    let excess = request.ids.count - (blockSize + 1)
    guard excess > 0 else { return }
    counts.truncated = 1
    request = ScoreRequest(ids: Array(request.ids.dropFirst(excess)), from: request.first - excess)
  }
}

extension EvaluationContext {
  /// The ids of a text with the special tokens that its tokenizer puts around it, unless it begins with one already.
  func encode(_ text: String) throws -> [Int32] {
    let prefix = (try? tokenizer.decode([tokenizer.beginning])) ?? ""
    return try tokenizer.encode(
      text, addingSpecialTokens: prefix.isEmpty || !text.utf8.starts(with: prefix.utf8))
  }
}

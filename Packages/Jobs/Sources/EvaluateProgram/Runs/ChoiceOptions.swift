import Foundation
import Runs

/// What there is to choose from in a sample, and the prompt that all choices share.
struct ChoiceOptions {
  let prompt: String
  let texts: [String]

  /// - Returns: `nil` for a sample that is no choice.
  init?(_ sample: RecordedSample) {
    let all = sample.arguments.prefix(sample.choices ?? sample.arguments.count)
    guard all.count > 1, all.allSatisfy({ $0.count == 2 }), sample.logLikelihoods?.count ?? 0 >= all.count
    else { return nil }
    // Where the choices stand in the context, the contexts have their beginning in common.
    let contexts = all.map { $0[0] }
    let shared = Self.sharedBeginning(of: contexts)
    prompt = shared
    texts = all.map { String($0[0].dropFirst(shared.count)) + $0[1] }
  }

  /// Up to the last white space before texts differ.
  private static func sharedBeginning(of texts: [String]) -> String {
    let shared = texts.dropFirst().reduce(texts[0]) { $0.commonPrefix(with: $1) }
    guard texts.contains(where: { $0 != shared }) else { return shared }
    return shared.lastIndex(where: \.isWhitespace).map { String(shared[...$0]) } ?? ""
  }
}

import Configurate
import Evaluations
import Foundation
import Jobs
import Runs
import Tokenization

/// The tokenizer that a run was made with, for the texts of its tokens.
struct RunTokenizer {
  private let texts: TokenTexts

  /// - Returns: `nil` where it is not on this machine any more, or is another by now.
  init?(_ run: StoredRun) {
    // Showing a run must not download anything.
    setenv("HF_HUB_OFFLINE", "1", 1)
    guard let result = run.result, let settings = try? run.settings(),
      let tokenizer = try? Self.tokenizer(settings, root: run.root ?? StoreOptions.usualRoot),
      tokenizer.identity == result.provenance.tokenizer
    else { return nil }
    var texts = TokenTexts(tokenizer)
    // Behind a word, as tokens stand in a text: at its beginning some tokenizers drop a space.
    for id in (try? tokenizer.encodeOrdinary("a")) ?? [] { _ = try? texts.next(id) }
    self.texts = texts
  }

  func text(of id: Int32) -> String? { try? texts.text(of: id) }

  private static func tokenizer(_ settings: SettingsTree, root: String) throws -> any Tokenizer {
    try make(EvaluationJobKey.job(of: settings), settings, ExecutionSpec.local(root: root))
  }

  private static func make<J: EvaluationJob>(
    _ type: J.Type, _ settings: SettingsTree, _ spec: ExecutionSpec
  ) throws -> any Tokenizer {
    try withConfiguration(J.configuration(checkpoint: settings)) { try J.makeTokenizer(spec) }
  }
}

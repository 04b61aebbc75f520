import CBundled
import Checkpoints
import Evaluations
import Jobs

/// The checkpoint and the evaluations that lie inside the binary: a small GPT, and a language made by a grammar.
///
/// One evaluation of each kind: the perplexity of held-out documents, whose floor the grammar gives exactly; minimal
/// pairs of agreement; copying; small sums. `Tools/bundled` makes all of it.
enum BundledSuite {
  static let keys = ["grammar_ppl", "agreement", "copying", "sums"]

  static func register() throws {
    try evaluation("grammar_ppl", GrammarPerplexity.init)
    try evaluation("agreement", Agreement.init)
    try evaluation("copying", Copying.init)
    try evaluation("sums", Sums.init)
  }

  static func checkpoint() throws -> Checkpoint {
    try Checkpoint(image: BundledFile.bytes("checkpoint.h5"), name: "bundled checkpoint")
  }
}

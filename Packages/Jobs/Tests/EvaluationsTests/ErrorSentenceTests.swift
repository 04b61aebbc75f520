import Basics
import Templating
import Testing

@testable import Evaluations

/// The wording of errors of evaluations; other tests compare their facts.
@Suite("Sentences of errors of evaluations")
struct ErrorSentenceTests {
  @Test(
    "Each sentence about an evaluation is computed from the facts of its error",
    arguments: [
      (.option("chunkSize", expected: "at least 1", found: "0"), "chunkSize must be at least 1, found 0"),
      (
        .noRoom(for: "gsm8k", newTokens: 64, blockSize: 64),
        "gsm8k asks for 64 new tokens, which leaves no room for a prompt in a block of 64"
      ),
      (
        .otherRequests(rank: 2),
        "rank 2 asks other requests than rank 0: its data, tasks or tokenizer are not the same"
      ),
      (.noDocuments(evaluation: "copa"), "evaluation 'copa' has no documents"),
      (
        .nothingToScore(evaluation: "a", documents: 1),
        "evaluation 'a': its only document is empty, nothing to score"
      ),
      (
        .nothingToScore(evaluation: "a", documents: 3),
        "evaluation 'a': all 3 documents are empty, nothing to score"
      ),
      (
        .outsideVocabulary(evaluation: "a", document: 4, id: 9, text: "x", vocabularySize: 8),
        "evaluation 'a', document 4: token 9 ('x') is outside the model's vocabulary 0 ..< 8; "
          + "the tokenizer is not this model's"
      ),
      (
        .shortText(evaluation: "a.txt", tokens: 5, window: 8),
        "text 'a.txt' has 5 tokens, fewer than a window of 8, of which the second half is scored"
      ),
      (
        .unusedOption(.shots, evaluation: "a", reason: "it is no task"),
        "option '--num-fewshot' (eval/num_fewshot) does nothing for evaluation 'a': it is no task"
      ),
      (.other("words of its own"), "words of its own"),
    ] as [(EvaluationError.Kind, String)])
  func sentence(kind: EvaluationError.Kind, expected: String) {
    #expect(EvaluationError(kind).description == expected)
  }

  @Test("The sentence about a template without a system turn names where the turn comes from")
  func refusals() {
    let refusals = SystemRefusals()
    #expect(refusals.sentence == nil)
    refusals.add(TemplateError(.raised, .raised("no system")), origin: "text of --system-instruction")
    #expect(
      refusals.sentence
        == "the chat template takes no system turn, so prompts go without the text of --system-instruction: "
        + "no system")
  }
}

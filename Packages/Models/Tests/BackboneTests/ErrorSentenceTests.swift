import Testing

@testable import Models

/// The wording of errors of models; other tests compare their facts.
@Suite("Sentences of errors of models")
struct ErrorSentenceTests {
  @Test("An error of a model is one sentence, made of its facts")
  func sentences() {
    let sentences: [(ModelError.Kind, String)] = [
      (.missing(key: "vocab_size"), "'vocab_size' is missing"),
      (
        .unknownArchitecture("lama", nearest: "llama", known: ["gpt2", "llama"]),
        "architecture 'lama' is not implemented; did you mean 'llama'? (known are gpt2, llama)"
      ),
      (.keyHeads(3, heads: 4), "4 heads do not share 3 key heads evenly"),
      (.unevenHeads(5, width: 16), "rows of 16 elements do not make 5 heads of one width"),
      (
        .quantized("GPTQ"),
        "weights quantised by GPTQ, a form that is not read; take the model as it was before, or as a GGUF file"
      ),
      (
        .shardedTraining(shards: 2),
        "training a model that lies on 2 shards is not implemented; use replicas"
      ),
      (
        .adapter(.rank("a", found: 3, expected: 4)), "of the adapter, 'a' is of rank 3, and 'r' is 4"
      ),
      (.registeredTwice("llama"), "architecture 'llama' is registered twice"),
      (.sameParameter("a", "b"), "tensors 'a' and 'b' are the same parameter"),
    ]
    for (kind, sentence) in sentences {
      #expect(ModelError(kind).description == sentence)
      #expect(ModelError(kind, path: "p").description.hasPrefix("'p': "))
    }
  }

  @Test("The sentence about parameters names those that are missing, not expected and of another shape")
  func parameters() {
    var error = ParameterError()
    error.missing = ["blocks_0/ln_1/bias", "ln_f/weight"]
    error.unexpected = ["blocks_2/ln_1/bias"]
    error.mismatched = [.init(name: "wte", expected: [37, 16], found: [37, 15])]
    #expect(
      error.description
        == "parameters do not fit the model: missing 'blocks_0/ln_1/bias', 'ln_f/weight'; "
        + "unexpected 'blocks_2/ln_1/bias'; 'wte' has shape [37, 15], expected [37, 16]")
  }
}

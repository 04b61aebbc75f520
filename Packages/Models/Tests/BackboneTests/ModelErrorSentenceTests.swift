import Models
import Testing

/// The one place where the wording of these errors is tested; elsewhere their facts are.
@Suite("Sentences of model errors")
struct ModelErrorSentenceTests {
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
}

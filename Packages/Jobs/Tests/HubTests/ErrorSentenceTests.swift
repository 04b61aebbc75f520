import Hub
import Testing

/// The wording of errors of the Hub; other tests compare their facts.
@Suite("Sentences of errors of the Hub")
struct ErrorSentenceTests {
  private static let model = HubError.Item.repository(.model, "org/x")
  private static let host = "huggingface.co"

  @Test(
    "Each sentence about the Hub is computed from the facts of its error",
    arguments: [
      (
        .hidden(model, host: host, hasToken: false),
        "'huggingface.co' does not show model 'org/x' to strangers: check its name, or give a token in HF_TOKEN "
          + "or in the file 'token' of HF_HOME"
      ),
      (
        .hidden(model, host: host, hasToken: true),
        "'huggingface.co' does not show model 'org/x' to the owner of this token: check its name and the "
          + "token's rights"
      ),
      (
        .gated(model: "org/x", address: "https://huggingface.co/org/x", hasToken: false),
        "model 'org/x' is gated: accept its terms at 'https://huggingface.co/org/x' and give your token in HF_TOKEN"
      ),
      (.busy(host: host, model), "'huggingface.co' asks us to wait before we ask for model 'org/x' again"),
      (.status(500, host: host, model), "'huggingface.co' answers 500 when asked for model 'org/x'"),
      (
        .notUnderstood(.answer(host: host, about: model)),
        "the answer of 'huggingface.co' about model 'org/x' cannot be understood"
      ),
      (
        .notUnderstood(.file("a", of: model), status: 204),
        "file 'a' of model 'org/x': a response of status 204 cannot be understood"
      ),
      (
        .tooLong(.head(host: host), limit: 9),
        "the head of a response of 'huggingface.co' is longer than 9 bytes"
      ),
      (.redirect(host: host, .endless(10)), "'huggingface.co' redirects more than 10 times"),
      (
        .severalWeights(model: "org/x", ["a.gguf", "b.gguf"]),
        "model 'org/x' has several weights, 'a.gguf', 'b.gguf': download one and give its path"
      ),
      (
        .noWeights(model: "org/x", pickled: "a.bin"),
        "model 'org/x' has its weights in 'a.bin' only, a pickle, which could run code: convert it with "
          + "transformers' save_pretrained(…, safe_serialization=True)"
      ),
      (
        .noWeights(model: "org/x", pickled: nil),
        "model 'org/x' has no weights: no safetensors, no GGUF"
      ),
      (
        .fileOutside(model: "org/x", file: "../a"),
        "model 'org/x' has a file '../a', which would leave its folder"
      ),
      (
        .noTag(file: "a", model: "org/x", found: ""),
        "the Hub does not say which bytes 'a' of 'org/x' has: its ETag is ''"
      ),
      (
        .noRevision(of: .model, name: "org/x", revision: "v9", host: host),
        "model 'org/x' has no revision 'v9' on 'huggingface.co'"
      ),
      (
        .notFound(.file("a", of: .repository(.dataset, "d")), host: host),
        "'huggingface.co' has no file 'a' of data set 'd'"
      ),
      (
        .wrongDigest(file: "a", model: "org/x", expected: "e"),
        "'a' of 'org/x' arrived damaged: its digest is not 'e'"
      ),
      (
        .offline(model, cache: "c"),
        "model 'org/x' is not in the cache 'c', and HF_HUB_OFFLINE forbids to download it"
      ),
      (
        .resumable(file: "a", model: "org/x", HubError(.broken(host: host, .refused))),
        "the transfer from 'huggingface.co' broke: it refuses the connection; 'a' of 'org/x' is resumed when you "
          + "try again"
      ),
      (.unwritable(action: "make the lock 'l'", reason: "R"), "cannot make the lock 'l': R"),
    ] as [(HubError.Kind, String)])
  func sentence(kind: HubError.Kind, expected: String) { #expect(HubError(kind).description == expected) }
}

import Foundation
import Hub
import Testing

@Suite("What the Hub refuses", .enabled(if: FakeHub.python != nil, "there is no python3 to play the Hub"))
struct RefusalTests {
  @Test(
    "is one clear sentence",
    arguments: [
      (
        "org/private",
        "'127.0.0.1' does not show 'org/private' to strangers: check its name, or give a token in "
          + "HF_TOKEN or in the "
          + "file 'token' of HF_HOME"
      ),
      (
        "org/gated",
        "model 'org/gated' is gated: accept its terms at 'http://127.0.0.1:PORT/org/gated' and give your "
          + "token in HF_TOKEN"
      ),
      ("org/busy", "'127.0.0.1' asks us to wait before we ask for 'org/busy' again"),
      ("org/nonsense", "the Hub's description of 'org/nonsense' cannot be understood"),
      ("org/loop", "'127.0.0.1' redirects more than 10 times"),
      (
        "org/choices",
        "model 'org/choices' has several weights, 'a.gguf', 'b.gguf': download one and give its path"
      ),
      (
        "org/pickle",
        "model 'org/pickle' has its weights in 'pytorch_model.bin' only, a pickle, which could run code: "
          + "convert it with "
          + "transformers' save_pretrained(…, safe_serialization=True)"
      ),
      ("org/empty", "model 'org/empty' has no weights: no safetensors, no GGUF"),
      ("org/evil", "model 'org/evil' has a file '../../../evil.json', which would leave its folder"),
      ("org/tagless", "the Hub does not say which bytes 'config.json' of 'org/tagless' has: its ETag is ''"),
    ])
  func isOneSentence(model: String, sentence: String) throws {
    #expect(try FakeHub().failure(of: model) == sentence)
  }

  @Test("to the owner of a token is another sentence")
  func toTokens() throws {
    let hub = try FakeHub()
    #expect(
      try hub.failure(of: "org/private", ["HF_TOKEN": "bad"])
        == "'127.0.0.1' does not show 'org/private' to the owner of this token: check its name and the "
        + "token's rights"
    )
    #expect(
      try hub.failure(of: "org/nowhere", ["HF_TOKEN": "good"]) == "'127.0.0.1' has no model 'org/nowhere'")
  }

  @Test("as damaged does not stay")
  func damage() throws {
    let hub = try FakeHub()
    #expect(
      try hub.failure(of: "org/damaged")
        == "'model.safetensors' of 'org/damaged' arrived damaged: its digest is not "
        + "'fbbab289f7f94b25736c58be46a994c441fd02552cc6022352e3d86d2fab7c83'")
    let blobs = try FileManager.default.contentsOfDirectory(atPath: "\(hub.cache)/models--org--damaged/blobs")
    #expect(blobs.count == 2)
    #expect(
      try hub.failure(of: "org/liar")?.contains("was announced with 1048575 bytes, and more arrive") == true)
  }

  @Test("by breaking off again and again ends")
  func stuck() throws {
    let sentence = try #require(try FakeHub().failure(of: "org/stuck"))
    #expect(sentence.hasSuffix("; 'model.safetensors' of 'org/stuck' is resumed when you try again"))
  }

  @Test("offline, or where no server answers")
  func offline() throws {
    let hub = try FakeHub()
    #expect(
      try hub.failure(of: "org/plain", ["HF_HUB_OFFLINE": "1"])
        == "model 'org/plain' is not in the cache '\(hub.cache)', and HF_HUB_OFFLINE forbids to download it")
    #expect(
      try hub.failure(of: "org/plain", ["HF_ENDPOINT": "http://127.0.0.1:9"])
        == "the transfer from '127.0.0.1' broke: it refuses the connection")
  }

  @Test("to write is named")
  func unwritable() throws {
    let hub = try FakeHub()
    try Data().write(to: URL(filePath: "\(hub.home)/file"))
    let sentence = try #require(try hub.failure(of: "org/plain", ["HF_HUB_CACHE": "\(hub.home)/file"]))
    #expect(sentence.hasPrefix("cannot make the lock '\(hub.home)/file/.locks/models--org--plain/"))
  }
}

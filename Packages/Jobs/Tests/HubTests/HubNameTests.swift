import Foundation
import Hub
import Testing

@Suite("Names and settings of the Hub")
struct HubNameTests {
  @Test("A name has an organization, a model, and perhaps a revision")
  func readsNames() throws {
    let model = try HubModel("HuggingFaceTB/SmolLM2-135M@v0.1")
    #expect(model.organization == "HuggingFaceTB" && model.name == "SmolLM2-135M" && model.revision == "v0.1")
    #expect(try HubModel("a/b").revision == "main")
    #expect(try HubModel("a/b@refs/pr/7").description == "a/b@refs/pr/7")
  }

  @Test(
    "Other texts are no names",
    arguments: [
      "", "gpt2", "/", "a/", "/b", "a/b/c", "../b", "a/..", "a/b c", "a--b/c", "-a/b", "a/b@", "a/b@../x",
      "a/b@/x",
      "a/b@x y", "a/b@.git", "a/\(String(repeating: "b", count: 97))", "./a", "a\\b/c",
    ])
  func refusesOtherTexts(text: String) {
    #expect(throws: HubError.self) { try HubModel(text) }
  }

  @Test("Settings of the Hub are read from the variables that Hugging Face's tools read")
  func readsTheEnvironment() throws {
    let plain = try HubSettings(environment: ["HOME": "/home/ada"])
    #expect(plain.cache == "/home/ada/.cache/huggingface/hub" && plain.token == nil && !plain.isOffline)
    #expect(plain.endpoint.absoluteString == "https://huggingface.co")
    #expect(
      try HubSettings(environment: ["HOME": "/h", "XDG_CACHE_HOME": "/x"]).cache == "/x/huggingface/hub")
    #expect(try HubSettings(environment: ["HOME": "/h", "HF_HOME": "~/hf"]).cache == "/h/hf/hub")
    #expect(try HubSettings(environment: ["HF_HOME": "/hf", "HF_HUB_CACHE": "/c"]).cache == "/c")
    #expect(try HubSettings(environment: ["HF_TOKEN": " t\n", "HF_HUB_OFFLINE": "YES"]).token == "t")
    #expect(try HubSettings(environment: ["HF_HUB_OFFLINE": "YES"]).isOffline)
    #expect(try HubSettings(environment: ["HF_TOKEN": "a b", "HF_HOME": "/nowhere"]).token == nil)
    let error = try #require(throws: HubError.self) {
      try HubSettings(environment: ["HF_ENDPOINT": "ftp://x"])
    }
    #expect(error.kind == .noAddress(variable: "HF_ENDPOINT", value: "ftp://x"))
  }
}

import Foundation
import Hub
import Testing

@Suite("What the Hub refuses", .enabled(if: FakeHub.python != nil, "there is no python3 to play the Hub"))
struct RefusalTests {
  @Test(
    "A refusal is named with the model, the file and the host",
    arguments: [
      ("private", .hidden(.repository(.model, "org/private"), host: "127.0.0.1", hasToken: false)),
      ("busy", .busy(host: "127.0.0.1", .repository(.model, "org/busy"))),
      (
        "nonsense",
        .notUnderstood(.answer(host: "127.0.0.1", about: .repository(.model, "org/nonsense")))
      ),
      ("loop", .redirect(host: "127.0.0.1", .endless(10))),
      ("choices", .severalWeights(model: "org/choices", ["a.gguf", "b.gguf"])),
      ("pickle", .noWeights(model: "org/pickle", pickled: "pytorch_model.bin")),
      ("empty", .noWeights(model: "org/empty", pickled: nil)),
      ("evil", .fileOutside(model: "org/evil", file: "../../../evil.json")),
      ("tagless", .noTag(file: "config.json", model: "org/tagless", found: "")),
    ] as [(String, HubError.Kind)])
  func refuses(name: String, kind: HubError.Kind) throws {
    #expect(try FakeHub().error(of: "org/\(name)")?.kind == kind)
  }

  @Test("A refusal for want of accepted terms names the page that has them")
  func gated() throws {
    let hub = try FakeHub()
    let address = "http://127.0.0.1:\(hub.port)/org/gated"
    #expect(
      try hub.error(of: "org/gated")?.kind == .gated(model: "org/gated", address: address, hasToken: false))
  }

  @Test("A refusal to the owner of a token is another error")
  func toTokens() throws {
    let hub = try FakeHub()
    #expect(
      try hub.error(of: "org/private", ["HF_TOKEN": "bad"])?.kind
        == .hidden(.repository(.model, "org/private"), host: "127.0.0.1", hasToken: true))
    #expect(
      try hub.error(of: "org/nowhere", ["HF_TOKEN": "good"])?.kind
        == .notFound(.repository(.model, "org/nowhere"), host: "127.0.0.1"))
  }

  @Test("A damaged file is refused and does not stay")
  func damage() throws {
    let hub = try FakeHub()
    #expect(
      try hub.error(of: "org/damaged")?.kind
        == .wrongDigest(
          file: "model.safetensors", model: "org/damaged",
          expected: "fbbab289f7f94b25736c58be46a994c441fd02552cc6022352e3d86d2fab7c83"))
    let blobs = try FileManager.default.contentsOfDirectory(atPath: "\(hub.cache)/models--org--damaged/blobs")
    #expect(blobs.count == 2)
    guard case .moreThanAnnounced(_, size: 1_048_575)? = try hub.error(of: "org/liar")?.kind else {
      Issue.record("more than was announced")
      return
    }
  }

  @Test("A server that breaks off again and again ends the download")
  func stuck() throws {
    guard
      case .resumable("model.safetensors", model: "org/stuck", _)? = try FakeHub().error(of: "org/stuck")?
        .kind
    else {
      Issue.record("a transfer that breaks off")
      return
    }
  }

  @Test("A model that is not in the cache is refused offline, and where no server answers")
  func offline() throws {
    let hub = try FakeHub()
    #expect(
      try hub.error(of: "org/plain", ["HF_HUB_OFFLINE": "1"])?.kind
        == .offline(.repository(.model, "org/plain"), cache: hub.cache))
    #expect(
      try hub.error(of: "org/plain", ["HF_ENDPOINT": "http://127.0.0.1:9"])?.kind
        == .broken(host: "127.0.0.1", .refused))
  }

  @Test("A cache that cannot be written to is named")
  func unwritable() throws {
    let hub = try FakeHub()
    try Data().write(to: URL(filePath: "\(hub.home)/file"))
    guard
      case .unwritable(let action, _)? = try hub.error(
        of: "org/plain", ["HF_HUB_CACHE": "\(hub.home)/file"])?.kind
    else {
      Issue.record("a file in place of the cache")
      return
    }
    #expect(action.hasPrefix("make the lock '\(hub.home)/file/.locks/models--org--plain/"))
  }
}

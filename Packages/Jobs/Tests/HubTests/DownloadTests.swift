import Foundation
import Hub
import Synchronization
import Testing

@Suite("Downloads from the Hub", .enabled(if: FakeHub.python != nil, "there is no python3 to play the Hub"))
struct DownloadTests {
  @Test("A download fetches what an evaluation needs into the cache, in Hugging Face's layout")
  func fillsTheCache() throws {
    let hub = try FakeHub()
    let folder = try hub.folder(of: "org/plain")
    let model = "\(hub.cache)/models--org--plain"
    #expect(folder == "\(model)/snapshots/\(FakeHub.commit)")
    let manager = FileManager.default
    #expect(
      try manager.contentsOfDirectory(atPath: folder).sorted() == [
        "config.json", "model.safetensors", "tokenizer.json",
      ])
    #expect(try String(contentsOfFile: "\(model)/refs/main", encoding: .utf8) == FakeHub.commit)
    let digest = "fbbab289f7f94b25736c58be46a994c441fd02552cc6022352e3d86d2fab7c83"
    #expect(
      try manager.destinationOfSymbolicLink(atPath: "\(folder)/model.safetensors") == "../../blobs/\(digest)")
    #expect(try Data(contentsOf: URL(filePath: "\(folder)/model.safetensors")) == FakeHub.weights)
    let blobs = try manager.contentsOfDirectory(atPath: "\(model)/blobs")
    #expect(blobs.count == 3 && !blobs.contains { $0.hasSuffix(".incomplete") })
  }

  @Test("A model that is in the cache is used without a request")
  func asksNothingTwice() throws {
    let hub = try FakeHub()
    let folder = try hub.folder(of: "org/plain")
    let asked = try hub.requests().count
    #expect(try hub.folder(of: "org/plain") == folder)
    #expect(try hub.folder(of: "org/plain", ["HF_HUB_OFFLINE": "1"]) == folder)
    #expect(try hub.folder(of: "org/plain@\(FakeHub.commit)", ["HF_HUB_OFFLINE": "1"]) == folder)
    #expect(try hub.requests().count == asked)
    try FileManager.default.removeItem(atPath: "\(folder)/tokenizer.json")  // not needed, so still complete
    #expect(try hub.folder(of: "org/plain") == folder)
    try FileManager.default.removeItem(atPath: "\(folder)/model.safetensors")
    _ = try hub.folder(of: "org/plain")
    let weights = try hub.requests().filter { $0.method == "GET" && $0.path.contains("model.safetensors") }
    #expect(weights.count == 2, "the blob is there, so only its link is made again: one redirect, one body")
  }

  @Test("A download keeps to its revision")
  func keepsToRevisions() throws {
    let hub = try FakeHub()
    #expect(
      try hub.folder(of: "org/plain@v1").hasSuffix("/snapshots/76543210fedcba9876543210fedcba9876543210"))
    #expect(
      try hub.folder(of: "org/plain@refs/pr/1").hasSuffix(
        "/snapshots/76543210fedcba9876543210fedcba9876543210"))
    #expect(try hub.folder(of: "org/plain").hasSuffix("/snapshots/\(FakeHub.commit)"))
    #expect(
      try hub.error(of: "org/plain@v9")?.kind
        == .noRevision(of: .model, name: "org/plain", revision: "v9", host: "127.0.0.1"))
  }

  @Test("A download fetches all shards, and only those")
  func bringsShards() throws {
    let hub = try FakeHub()
    let folder = try hub.folder(of: "org/sharded")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 5)
    try FileManager.default.removeItem(atPath: "\(folder)/model-00002-of-00002.safetensors")
    #expect(
      try hub.error(of: "org/sharded", ["HF_HUB_OFFLINE": "1"])?.kind
        == .offline(.repository(.model, "org/sharded"), cache: hub.cache))
    #expect(try hub.folder(of: "org/quantized").isEmpty == false)
  }

  @Test("A download sends the token to the Hub, and to no server that the Hub redirects to")
  func keepsTheToken() throws {
    let hub = try FakeHub()
    _ = try hub.folder(of: "org/renamed", ["HF_TOKEN": "good"])
    let requests = try hub.requests()
    let (own, others) = (
      requests.filter { $0.host.hasPrefix("127.") }, requests.filter { !$0.host.hasPrefix("127.") }
    )
    #expect(own.allSatisfy { $0.token == "Bearer good" } && own.contains { $0.path.contains("/org/plain/") })
    #expect(others.count == 1 && others.allSatisfy { $0.token == nil && $0.host.hasPrefix("localhost:") })
  }

  @Test("A download reads the token from its file")
  func readsTheTokenFile() throws {
    let hub = try FakeHub()
    try Data(" good\n".utf8).write(to: URL(filePath: "\(hub.home)/token"))
    _ = try hub.folder(of: "org/private")
    #expect(try hub.requests().first?.token == "Bearer good")
  }

  @Test("A download resumes where a transfer broke", arguments: ["broken", "norange", "sizeless"])
  func resumes(model: String) throws {
    let hub = try FakeHub()
    let folder = try hub.folder(of: "org/\(model)")
    #expect(try Data(contentsOf: URL(filePath: "\(folder)/model.safetensors")) == FakeHub.weights)
    let ranges = try hub.requests().filter { $0.path.hasPrefix("/storage") }.map(\.range)
    #expect(ranges == [nil, "bytes=300000-", model == "norange" ? "bytes=300000-" : "bytes=600000-"])
  }

  @Test("A download resumes in another process")
  func resumesLater() throws {
    let hub = try FakeHub()
    let blobs = "\(hub.cache)/models--org--plain/blobs"
    try FileManager.default.createDirectory(atPath: blobs, withIntermediateDirectories: true)
    let digest = "fbbab289f7f94b25736c58be46a994c441fd02552cc6022352e3d86d2fab7c83"
    try FakeHub.weights.prefix(1_000_000).write(to: URL(filePath: "\(blobs)/\(digest).incomplete"))
    let folder = try hub.folder(of: "org/plain")
    #expect(try Data(contentsOf: URL(filePath: "\(folder)/model.safetensors")) == FakeHub.weights)
    #expect(try hub.requests().last?.range == "bytes=1000000-")
  }

  @Test("A download reports its progress")
  func reportsProgress() throws {
    let hub = try FakeHub()
    let last = Mutex<HubClient.Progress?>(nil)
    _ = try HubClient(hub.settings()) { progress in last.withLock { $0 = progress } }.folder(
      of: HubModel("org/plain"))
    let seen = try #require(last.withLock { $0 })
    #expect(seen.file == "model.safetensors" && seen.bytes == 1 << 20 && seen.total == 1 << 20)
  }
}

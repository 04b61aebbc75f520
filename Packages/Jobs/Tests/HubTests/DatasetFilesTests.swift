import Foundation
import Hub
import Testing

@Suite("Files of data sets", .enabled(if: FakeHub.python != nil, "there is no python3 to play the Hub"))
struct DatasetFilesTests {
  @Test("The files of a data set are listed, and fetched into the cache once, in the order asked for")
  func fetched() throws {
    let hub = try FakeHub()
    let client = HubClient(try hub.settings())
    let files = try client.files(ofDataset: "org/shards")
    let names = files.names.filter { $0.hasPrefix("data/test") }.sorted()
    let paths = try client.fetch(names, of: files)
    #expect(paths.map { $0.hasSuffix("00000-of-00002.jsonl") } == [true, false])
    #expect(paths[0].contains("/datasets--org--shards/snapshots/\(FakeHub.commit)/data/"))
    #expect(
      try Data(contentsOf: URL(filePath: paths[0])).count == 2
        * Data(contentsOf: URL(filePath: paths[1])).count)
    let before = try hub.requests().count
    #expect(try client.fetch(names, of: files) == paths)
    #expect(try hub.requests().count == before)
  }

  @Test("The files of a branch with slashes are found by its name")
  func branch() throws {
    let hub = try FakeHub()
    let client = HubClient(try hub.settings())
    let files = try client.files(ofDataset: "org/script", revision: HubClient.parquetBranch)
    #expect(files.names.contains("x/test/0000.parquet"))
  }

  @Test("Files that are not there are refused as those of a data set")
  func refused() throws {
    func problem(
      _ name: String, _ more: [String: String] = [:], revision: String = "main"
    ) throws -> HubError.Kind? {
      let hub = try FakeHub()
      defer { withExtendedLifetime(hub) {} }
      let client = HubClient(try hub.settings(more))
      let error = #expect(throws: HubError.self) {
        try client.files(ofDataset: name, revision: revision)
      }
      return error?.kind
    }
    let host = "127.0.0.1"
    #expect(try problem("org/nothing") == .notFound(.repository(.dataset, "org/nothing"), host: host))
    #expect(try problem("../x") == .notFound(.repository(.dataset, "../x"), host: "the Hub"))
    #expect(
      try problem("org/card", ["HF_HUB_OFFLINE": "1"])
        == .offline(.repository(.dataset, "org/card"), cache: nil))
    #expect(
      try problem("org/card", revision: "v9")
        == .noRevision(of: .dataset, name: "org/card", revision: "v9", host: host))
  }
}

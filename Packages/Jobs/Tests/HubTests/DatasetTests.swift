import Foundation
import Hub
import Testing

@Suite("Data sets of the Hub", .enabled(if: FakeHub.python != nil, "there is no python3 to play the Hub"))
struct DatasetTests {
  /// The rows up to each page, and the sentence of an error.
  private func ask(
    _ name: String, _ split: String = "test", configuration: String? = nil, token: String? = nil
  ) throws -> (pages: [Int], last: String, failure: String?) {
    let hub = try FakeHub()
    var settings = try hub.settings()
    settings.token = token
    settings.datasetServer = settings.endpoint
    var (pages, last) = ([Int](), "")
    do {
      try HubDataset(name, settings).pages(of: split, configuration: configuration) { json, rows, total in
        pages.append(rows)
        last = json
        #expect(total == 250)
      }
    } catch let error as HubError { return (pages, last, error.description) }
    return (pages, last, nil)
  }

  @Test("come page by page, whole and in order")
  func pages() throws {
    let found = try ask("org/rows")
    #expect(found.pages == [100, 200, 250] && found.failure == nil)
    #expect(found.last.contains("\"row_idx\": 249"))
    #expect(try ask("org/private", configuration: "main", token: "good").pages.count == 3)
  }

  @Test("that cannot be had are refused in one sentence")
  func refusals() throws {
    #expect(
      try ask("org/rows", "train").failure == "data set 'org/rows' has no split 'train'; there are 'test'")
    #expect(
      try ask("org/two").failure == "data set 'org/two' has no configuration 'default'; there are 'x', 'y'")
    #expect(try ask("org/none").failure == "'127.0.0.1' has no data set 'org/none'")
    #expect(try #require(try ask("org/private").failure).contains("HF_TOKEN"))
    #expect(try #require(try ask("org/huge").failure).contains("only a part"))
    let offline = try FakeHub().settings(["HF_HUB_OFFLINE": "1"])
    #expect(throws: HubError.self) { try HubDataset("org/rows", offline) }
  }
}

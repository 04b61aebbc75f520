import Foundation
import Hub
import Testing

@Suite("Data sets of the Hub", .enabled(if: FakeHub.python != nil, "there is no python3 to play the Hub"))
struct DatasetTests {
  /// The rows up to each page, and the error.
  private func ask(
    _ name: String, _ split: String = "test", configuration: String? = nil, token: String? = nil
  ) throws -> (pages: [Int], last: String, failure: HubError?) {
    let hub = try FakeHub()
    var settings = try hub.settings()
    settings.token = token
    settings.datasetServer = settings.endpoint
    var (pages, last) = ([Int](), "")
    do {
      try HubDataset(name, settings).pages(of: split, configuration: configuration) { json, rows, total in
        pages.append(rows)
        last = json
        #expect(total == 250 || name != "org/rows")
      }
    } catch let error as HubError { return (pages, last, error) }
    return (pages, last, nil)
  }

  @Test("The rows of a data set arrive page by page, whole and in order")
  func pages() throws {
    let found = try ask("org/rows")
    #expect(found.pages == [100, 200, 250] && found.failure == nil)
    #expect(found.last.contains("\"row_idx\": 249"))
    #expect(try ask("org/private", configuration: "main", token: "good").pages.count == 3)
  }

  @Test("A data set that cannot be fetched is refused with what there is")
  func refusals() throws {
    #expect(
      try ask("org/rows", "train").failure?.kind
        == .noSplit(dataset: "org/rows", name: "train", known: ["test"]))
    #expect(
      try ask("org/two").failure?.kind
        == .noConfiguration(dataset: "org/two", name: "default", known: ["x", "y"]))
    let host = "127.0.0.1"
    #expect(
      try ask("org/none").failure?.kind == .notFound(.repository(.dataset, "org/none"), host: host))
    #expect(try ask("org/private").failure?.kind == .hiddenDataset("org/private", host: host))
    #expect(try ask("org/huge").failure?.kind == .onlyPart(dataset: "org/huge", host: host))
    let offline = try FakeHub().settings(["HF_HUB_OFFLINE": "1"])
    #expect(throws: HubError.self) { try HubDataset("org/rows", offline) }
  }

  @Test("Rows that are not those asked for, in order and each once, are refused")
  func wrongRows() throws {
    func rows(_ name: String) throws -> HubError.Kind? { try ask(name).failure?.kind }
    #expect(
      try rows("org/shifted") == .wrongRows(dataset: "org/shifted", .index(expected: 100, found: 101)))
    #expect(
      try rows("org/shrinking") == .wrongRows(dataset: "org/shrinking", .total(before: 250, found: 200)))
    #expect(try rows("org/excess") == .wrongRows(dataset: "org/excess", .excess(count: 200, total: 120)))
    #expect(try rows("org/hollow") == .wrongRows(dataset: "org/hollow", .missing))
  }

  @Test("A server that fails is asked again, and reported as one that may succeed later")
  func failures() throws {
    #expect(try ask("org/weary").pages == [100, 200, 250])
    let failure = try #require(try ask("org/failing").failure)
    #expect(failure.remedy == .transfer)
    #expect(failure.kind == .status(500, host: "127.0.0.1", .repository(.dataset, "org/failing")))
  }

  @Test(
    "A name that would lead out of a folder is refused before any request",
    arguments: ["../x", "a/../../x", "/x", "a//x", ".", "a\\x", "a\u{0}x", ""])
  func escapingNames(name: String) throws {
    let hub = try FakeHub()
    var settings = try hub.settings()
    settings.datasetServer = settings.endpoint
    func kind(_ body: () throws -> Void) -> HubError.Kind? {
      do { try body() } catch let error as HubError { return error.kind } catch {}
      return nil
    }
    let dataset = try HubDataset("org/rows", settings)
    #expect(
      kind { try dataset.pages(of: name, configuration: nil) { _, _, _ in } }
        == .leavesFolder(what: "split", name: name, dataset: "org/rows"))
    #expect(
      kind { try dataset.pages(of: "test", configuration: name) { _, _, _ in } }
        == .leavesFolder(what: "configuration", name: name, dataset: "org/rows"))
    #expect(
      kind { _ = try HubDataset(name, settings) }
        == .leavesFolder(what: "the name", name: name, dataset: name))
    #expect(try hub.requests().isEmpty)
  }
}
